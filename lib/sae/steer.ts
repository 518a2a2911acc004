import { eachRow } from "@/lib/model/edits";
import type { Place, SiteEdit } from "@/lib/model/types";
import { encode } from "@/lib/sae/encode";
import { type Codes, directionOf, type Sae } from "@/lib/sae/sae";
import type { SteerMethod } from "@/lib/sae/steer-methods";
import type { Matrix } from "@/lib/tensor/matrix";

export interface SteerStep {
  sae: Sae;
  feature: number;
  method: SteerMethod;
  /** Raw units; of "scale" a factor, of "ablate" nothing. */
  strength: number;
  /** Where it is done; everywhere when absent. */
  where?: ((place: Place) => boolean) | undefined;
}

/** What a step adds along its decoder row, from the unedited code z and projection y. */
const AMOUNT: Record<SteerMethod, (s: number, z: number, y: number) => number> = {
  add: (s) => s,
  clamp: (s, z) => s - z,
  scale: (s, z) => (s - 1) * z,
  ablate: (_, z) => -z,
  floor: (s, z) => Math.max(0, s - z),
  cap: (s, z) => -Math.max(0, z - s),
  subspace: (s, _, y) => s - Math.max(0, y),
  threshold: (s, _, y) => Math.max(0, s - y),
};

const READS_CODES: ReadonlySet<SteerMethod> = new Set(["clamp", "scale", "ablate", "floor", "cap"]);

/**
 * Steering of features of one site as an edit of hidden states. With h the hidden state, z the feature's code there, d its
 * unit decoder row, y = d . (h - c) and S the strength in raw units (arXiv 2411.14982, section 3.4; subspace and threshold
 * after AxBench, arXiv 2501.17148): add h + S d; clamp h + (S - z) d; scale h + (S - 1) z d; ablate h - z d;
 * floor h + max(0, S - z) d; cap h - max(0, z - S) d; subspace h + (S - max(0, y)) d; threshold h + max(0, S - y) d.
 *
 * All amounts come from the unedited state and are summed, so order does not matter and what the SAEs cannot explain
 * stays in place.
 * @throws RangeError for a feature that its SAE does not have.
 */
export function steer(site: string, steps: readonly SteerStep[]): SiteEdit {
  for (const { feature, sae } of steps) {
    if (!(Number.isInteger(feature) && feature >= 0 && feature < sae.n)) {
      throw new RangeError(`feature ${feature} is not one of ${sae.n}`);
    }
  }
  return {
    site,
    async apply(hidden, places) {
      const codes = await activations(hidden, steps);
      eachRow(hidden, places, (row, place, r) => {
        const before = row.slice();
        steps.forEach(({ sae, feature, method, strength, where }, i) => {
          if (where && !where(place)) return;
          const direction = directionOf(sae, feature);
          const y = projection(before, sae.c, direction);
          const amount = AMOUNT[method](strength, codes[i]?.[r] ?? 0, y);
          for (let j = 0; j < sae.d; j++) row[j]! += amount * direction[j]!;
        });
      });
    },
  };
}

/** Each step's feature's code at every row, where its method asks for it; each SAE encodes once. */
async function activations(hidden: Matrix, steps: readonly SteerStep[]): Promise<(Float32Array | undefined)[]> {
  const bySae = new Map<Sae, Codes>();
  for (const { sae, method } of steps) {
    if (READS_CODES.has(method) && !bySae.has(sae)) bySae.set(sae, await encodeOnce(hidden, sae));
  }
  return steps.map(({ sae, feature, method }) => {
    const codes = READS_CODES.has(method) ? bySae.get(sae) : undefined;
    return codes && codesOf(codes, feature);
  });
}

/** What each SAE read last: versions of one prompt meet the same hidden states one after the other. */
const lastRead = new WeakMap<Sae, { acts: Float32Array; codes: Codes }>();

async function encodeOnce(hidden: Matrix, sae: Sae): Promise<Codes> {
  const last = lastRead.get(sae);
  if (last?.acts.length === hidden.data.length && hidden.data.every((value, i) => value === last.acts[i])) {
    return last.codes;
  }
  const acts = hidden.data.slice();
  const codes = await encode(hidden, sae);
  lastRead.set(sae, { acts, codes });
  return codes;
}

/** One feature's value at every row, [rows]; 0 where it is not among the active ones. */
function codesOf({ rows, k, index, value }: Codes, feature: number): Float32Array {
  const out = new Float32Array(rows);
  for (let t = 0; t < index.length; t++) if (index[t] === feature) out[Math.floor(t / k)] = value[t]!;
  return out;
}

/** d . (h - c) */
function projection(h: Float32Array, c: Float32Array, direction: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < h.length; j++) sum += direction[j]! * (h[j]! - c[j]!);
  return sum;
}
