import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { resolveTrainConfig } from "@/lib/sae/config";
import { initialise } from "@/lib/sae/train/init";
import { createTrainer, type Trainer } from "@/lib/sae/train/trainer";
import { type Matrix, matrix } from "@/lib/tensor/matrix";
import { naiveDense } from "@/tests/helpers/naive-sae";

const [ROWS, D, N, K, AUX_K] = [12, 5, 14, 3, 2];
const NAMES = ["W", "D", "beta", "c"] as const;
type Parameters = Record<(typeof NAMES)[number], Float64Array>;

function randomX(): Matrix {
  const rng = createRng(5, "gradient");
  return matrix(
    ROWS,
    D,
    Float32Array.from({ length: ROWS * D }, () => 0.5 * rng.normal()),
  );
}

async function start(auxAlpha: number): Promise<{ trainer: Trainer; before: Parameters }> {
  const config = { sae: { kind: "topk", n: N, k: K } as const, steps: 10, batchSize: ROWS, clipNorm: 1e9 };
  const options = { ...config, auxAlpha, auxK: AUX_K, deadRows: 1, lr: 1e-9 };
  const trainer = await createTrainer(resolveTrainConfig(options, D), D, { threads: 0, dense: naiveDense });
  initialise(trainer.state, new Float32Array(D).fill(0.05), 2);
  const rng = createRng(6, "untie"); // equal W and D would hide a swap of the two
  trainer.state.W.forEach((value, i) => {
    trainer.state.W[i] = value + 0.1 * rng.normal();
  });
  trainer.state.beta.fill(0.02);
  const before = Object.fromEntries(NAMES.map((name) => [name, Float64Array.from(trainer.state[name])]));
  return { trainer, before: before as Parameters };
}

/** Gradients of one step, read back from the first Adam moments (m = 0.1 g after one step without clipping). */
async function gradients(auxAlpha: number): Promise<Parameters> {
  const { trainer } = await start(auxAlpha);
  await trainer.step(randomX(), 0);
  const { mW, mD, mBeta, mC } = trainer.state;
  const moments = { W: mW, D: mD, beta: mBeta, c: mC };
  const out = Object.fromEntries(NAMES.map((name) => [name, Float64Array.from(moments[name], (m) => m / 0.1)]));
  return out as Parameters;
}

function preActivations(p: Parameters, x: Matrix, b: number): Float64Array {
  return Float64Array.from({ length: N }, (_, i) => {
    let sum = p.beta[i]!;
    for (let j = 0; j < D; j++) sum += p.W[i * D + j]! * (x.data[b * D + j]! - p.c[j]!);
    return sum;
  });
}

const largest = (values: Float64Array, from: number[], k: number) =>
  [...from].sort((a, b) => values[b]! - values[a]!).slice(0, k);

/** The two loss terms by their definition, with the residual of AuxK held at `residual` (it is detached). */
function losses(p: Parameters, x: Matrix, dead: number[] | null, residual: Float64Array | null) {
  const errors = new Float64Array(ROWS * D);
  const fired = new Set<number>();
  let reconstruction = 0;
  for (let b = 0; b < ROWS; b++) {
    const pre = preActivations(p, x, b);
    const kept = largest(pre, [...pre.keys()], K).filter((i) => pre[i]! > 0);
    for (const i of kept) fired.add(i);
    for (let j = 0; j < D; j++) {
      let hat = p.c[j]!;
      for (const i of kept) hat += pre[i]! * p.D[i * D + j]!;
      errors[b * D + j] = x.data[b * D + j]! - hat;
      reconstruction += errors[b * D + j]! ** 2 / ROWS;
    }
  }
  const e = residual ?? errors;
  const deadIds = dead ?? [...Array(N).keys()].filter((i) => !fired.has(i));
  let [top, bottom] = [0, 0];
  for (let j = 0; j < D; j++) {
    let mean = 0;
    for (let b = 0; b < ROWS; b++) mean += e[b * D + j]! / ROWS;
    for (let b = 0; b < ROWS; b++) bottom += (e[b * D + j]! - mean) ** 2;
  }
  for (let b = 0; b < ROWS; b++) {
    const pre = preActivations(p, x, b);
    const kept = largest(pre, deadIds, Math.min(AUX_K, deadIds.length)).filter((i) => pre[i]! > 0);
    for (let j = 0; j < D; j++) {
      let hat = 0;
      for (const i of kept) hat += pre[i]! * p.D[i * D + j]!;
      top += (hat - e[b * D + j]!) ** 2;
    }
  }
  return { reconstruction, aux: top / bottom, errors, dead: deadIds };
}

/** Central differences of one loss term for every parameter; for D without the part along d_i, as the trainer has it. */
function differences(before: Parameters, term: "reconstruction" | "aux"): Parameters {
  const x = randomX();
  const base = losses(before, x, null, null);
  const eps = 1e-6;
  const out = {} as Parameters;
  for (const name of NAMES) {
    out[name] = before[name].map((value, at) => {
      const [up, down] = [value + eps, value - eps].map((moved) => {
        const shifted = { ...before, [name]: before[name].with(at, moved) };
        return losses(shifted, x, base.dead, base.errors)[term];
      });
      return (up! - down!) / (2 * eps);
    });
  }
  for (let i = 0; i < N; i++) {
    const [d, g] = [before.D.subarray(i * D, (i + 1) * D), out.D.subarray(i * D, (i + 1) * D)];
    const along = g.reduce((sum, value, j) => sum + value * d[j]!, 0) / (Math.hypot(...d) + 1e-6) ** 2;
    for (let j = 0; j < D; j++) g[j]! -= along * d[j]!;
  }
  return out;
}

describe("gradients against central differences, term by term", () => {
  it.each(NAMES)("reconstruction loss, %s", async (name) => {
    const { before } = await start(0);
    compare((await gradients(0))[name], differences(before, "reconstruction")[name]);
  });

  it.each(NAMES)("AuxK, %s", async (name) => {
    const { before } = await start(0);
    const alpha = 8;
    const [withAux, without] = [(await gradients(alpha))[name], (await gradients(0))[name]];
    const expected = differences(before, "aux")[name];
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(1e-4);
    compare(
      withAux.map((value, i) => (value - without[i]!) / alpha),
      expected,
    );
  });
});

function compare(found: Float64Array, expected: Float64Array): void {
  const size = Math.max(...expected.map(Math.abs));
  expected.forEach((value, i) => {
    expect(Math.abs(found[i]! - value), `element ${i}`).toBeLessThan(3e-6 * Math.max(size, 0.1));
  });
}

it("pulls a dead latent that is aligned with the residual up, never down", async () => {
  const { trainer } = await start(1 / 32);
  const { state } = trainer;
  state.W.fill(0);
  state.beta.fill(-1);
  state.beta[3] = 0.01; // the only latent with a positive pre-activation
  state.age.fill(1000);
  state.c.fill(0);
  const x = matrix(ROWS, D);
  for (let b = 0; b < ROWS; b++) for (let j = 0; j < D; j++) x.data[b * D + j] = state.D[3 * D + j]! * (b + 1);
  // k = 3 would let it fire; a dead one must not, so it is judged by AuxK alone.
  const config = { sae: { kind: "topk", n: N, k: 1 } as const, steps: 10, batchSize: ROWS, deadRows: 1, lr: 1e-9 };
  const other = await createTrainer(resolveTrainConfig(config, D), D, { threads: 0, dense: naiveDense });
  for (const name of NAMES) other.state[name].set(state[name]);
  other.state.beta[0] = 1; // takes the one place of TopK
  other.state.D.copyWithin(0, 4 * D, 5 * D);
  await other.step(x, 0);
  expect(other.state.mBeta[3]!).toBeLessThan(0);
  const along = state.D.subarray(3 * D, 4 * D).reduce((sum, v, j) => sum + v * other.state.mD[3 * D + j]!, 0);
  expect(Math.abs(along)).toBeLessThan(1e-6);
});
