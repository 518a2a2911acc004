import type { StepContext } from "@/lib/sae/train/context";
import { blocksOf, growAux, type Scratch, type TrainState } from "@/lib/sae/train/state";

export interface AuxResult {
  nDead: number;
  loss: number; // sum |ehat - e|^2 / Den, without alpha
  scale: number; // 2 alpha / Den: the factor of the gradients left in the scratch
}

const NOTHING = { loss: 0, scale: 0 } as const;

/**
 * The AuxK term: dead latents reconstruct the (detached) residual e = x - xhat, without the decoder bias, so that they
 * move towards what the live ones miss (Gao et al. 2024, section 2.3). Leaves unscaled gradients per dead latent in the
 * scratch. All dense work happens on the dead rows only, so it costs little while few latents are dead.
 */
export async function runAux(context: StepContext, rows: number): Promise<AuxResult> {
  const { config, state, scratch, pool, dense } = context;
  const { d } = state;
  scratch.auxSlot.fill(-1);
  const deadIds = findDead(state, config.deadRows);
  const nDead = deadIds.length;
  if (nDead === 0 || config.auxAlpha === 0) return { nDead, ...NOTHING };
  const denominator = residualVariance(scratch, rows, d);
  if (denominator === null) return { nDead, ...NOTHING };

  const output = await dense.aux({
    xbar: scratch.xbar.subarray(0, rows * d),
    e: scratch.e.subarray(0, rows * d),
    rows,
    d,
    dead: nDead,
    k: Math.min(config.auxK, nDead),
    W: gather(state.W, deadIds, d),
    beta: gather(state.beta, deadIds, 1),
    D: gather(state.D, deadIds, d),
  });
  if (growAux(scratch, nDead, d, context.arena)) pool.share();
  scratch.auxW.set(output.gW);
  scratch.auxD.set(output.gD);
  scratch.auxBeta.set(output.gBeta);
  deadIds.forEach((id, slot) => {
    scratch.auxSlot[id] = slot;
  });
  return { nDead, loss: output.squares / denominator, scale: (2 * config.auxAlpha) / denominator };
}

function findDead({ age }: TrainState, deadRows: number): number[] {
  const ids: number[] = [];
  for (let i = 0; i < age.length; i++) if (age[i]! >= deadRows) ids.push(i);
  return ids;
}

/** Share of sum |e|^2 below which a spread is rounding: of one row, or of equal ones. */
const ROUNDING = 1e-6;

/** Den = sum_b |e_b - mean e|^2 = sum |e|^2 - |sum e|^2 / rows, float64; null where rows have no spread, or none finite. */
function residualVariance({ blockSquares, blockE }: Scratch, rows: number, d: number): number | null {
  let squares = 0;
  const total = new Float64Array(d);
  for (let block = 0; block < blocksOf(rows); block++) {
    squares += blockSquares[block]!;
    for (let j = 0; j < d; j++) total[j]! += blockE[block * d + j]!;
  }
  let spread = squares;
  for (let j = 0; j < d; j++) spread -= total[j]! ** 2 / rows;
  return Number.isFinite(spread) && spread > ROUNDING * squares ? spread : null;
}

function gather(values: Float32Array, ids: readonly number[], width: number): Float32Array {
  const out = new Float32Array(ids.length * width);
  ids.forEach((id, slot) => {
    out.set(values.subarray(id * width, (id + 1) * width), slot * width);
  });
  return out;
}
