import type { SiteEdit, Span } from "@/lib/model/types";
import { encode } from "@/lib/sae/encode";
import type { Sae } from "@/lib/sae/sae";
import type { Matrix } from "@/lib/tensor/matrix";

/**
 * How a feature is turned, with h the hidden state, z its code there, d its unit decoder row, y = d . (h - c) and S the
 * strength in raw units (algorithms of arXiv 2411.14982 and AxBench, arXiv 2501.17148):
 * add h + S d; clamp h + (S - z) d; scale h + (S - 1) z d; ablate h - z d; floor h + max(0, S - z) d;
 * cap h - max(0, z - S) d; subspace h + (S - max(0, y)) d; threshold h + max(0, S - y) d.
 */
export const STEER_METHODS = ["add", "clamp", "scale", "ablate", "floor", "cap", "subspace", "threshold"] as const;
export type SteerMethod = (typeof STEER_METHODS)[number];

export interface SteerStep {
  feature: number;
  method: SteerMethod;
  /** Raw units; of "scale" a factor, of "ablate" nothing. */
  strength: number;
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
 * Steering of several features at once as an edit of hidden states. All amounts come from the unedited state and are
 * summed, so order does not matter and what the SAE cannot explain stays in place.
 * @param where spans that are edited; all of them when absent.
 * @throws RangeError for a feature that the SAE does not have.
 */
export function steer(sae: Sae, site: string, steps: readonly SteerStep[], where?: readonly Span[]): SiteEdit {
  for (const { feature } of steps) {
    if (!(Number.isInteger(feature) && feature >= 0 && feature < sae.n)) {
      throw new RangeError(`feature ${feature} is not one of ${sae.n}`);
    }
  }
  const needsCodes = steps.some(({ method }) => READS_CODES.has(method));
  return {
    site,
    async apply(hidden, spans) {
      const codes = needsCodes ? await activations(hidden, sae, steps) : undefined;
      for (let r = 0; r < hidden.rows; r++) {
        const span = spans[r];
        if (!span || (where && !where.includes(span))) continue;
        const row = hidden.data.subarray(r * sae.d, (r + 1) * sae.d);
        const before = row.slice();
        steps.forEach(({ feature, method, strength }, i) => {
          const direction = sae.D.subarray(feature * sae.d, (feature + 1) * sae.d);
          const amount = AMOUNT[method](
            strength,
            codes?.[r * steps.length + i] ?? 0,
            projection(before, sae.c, direction),
          );
          for (let j = 0; j < sae.d; j++) row[j]! += amount * direction[j]!;
        });
      }
    },
  };
}

/** Codes of the steps' features, [rows, steps]. */
async function activations(hidden: Matrix, sae: Sae, steps: readonly SteerStep[]): Promise<Float32Array> {
  const { index, value, k } = await encode(hidden, sae);
  const out = new Float32Array(hidden.rows * steps.length);
  for (let t = 0; t < index.length; t++) {
    steps.forEach(({ feature }, i) => {
      if (index[t] === feature) out[Math.floor(t / k) * steps.length + i] = value[t]!;
    });
  }
  return out;
}

function projection(h: Float32Array, c: Float32Array, direction: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < h.length; j++) sum += direction[j]! * (h[j]! - c[j]!);
  return sum;
}
