import type { Codes, Sae } from "@/lib/sae/sae";
import type { Matrix } from "@/lib/tensor/matrix";

/** How the squared distance of a hidden state h from the SAE's bias c is split between what the SAE tells and what it misses. */
export interface Explained {
  /** |h - c|^2 of every row, [rows]. */
  energy: Float64Array;
  /** |e|^2 / |h - c|^2 with e = h - xhat: what the SAE misses, [rows]; 0 where the energy is 0. */
  unexplained: Float64Array;
  /**
   * What each active latent explains, [rows, k], laid out as the codes: the rise of `unexplained` when it is taken out and all
   * others stay, (|e + z d|^2 - |e|^2) / |h - c|^2 = (2 z e . d + z^2 |d|^2) / |h - c|^2. Negative where the row would be told
   * better without it. Decoder rows are not orthogonal, so that the shares of a row need not sum to 1 - `unexplained`.
   */
  share: Float32Array;
}

/**
 * Splits every row. The denominator is that of the FVU with the SAE's bias in the place of the mean (docs: lib/sae/metrics.ts);
 * the share is leave-one-out, as ablation scores in Marks et al. 2024, arXiv 2403.19647, with the reconstruction error as the metric.
 */
export function explainedBy(
  acts: Matrix,
  reconstruction: Matrix,
  codes: Codes,
  { D, c, d }: Pick<Sae, "D" | "c" | "d">,
): Explained {
  const { rows, k, index, value } = codes;
  const energy = new Float64Array(rows);
  const unexplained = new Float64Array(rows);
  const share = new Float32Array(rows * k);
  const e = new Float64Array(d);
  for (let r = 0; r < rows; r++) {
    let [all, missed] = [0, 0];
    for (let j = 0; j < d; j++) {
      const h = acts.data[r * d + j] as number;
      e[j] = h - (reconstruction.data[r * d + j] as number);
      all += (h - (c[j] as number)) ** 2;
      missed += (e[j] as number) ** 2;
    }
    energy[r] = all;
    if (all === 0) continue;
    unexplained[r] = missed / all;
    for (let t = r * k; t < (r + 1) * k; t++) {
      const z = value[t] as number;
      if (z <= 0) continue;
      const at = (index[t] as number) * d;
      let [along, norm] = [0, 0];
      for (let j = 0; j < d; j++) {
        const dj = D[at + j] as number;
        along += (e[j] as number) * dj;
        norm += dj * dj;
      }
      share[t] = (2 * z * along + z * z * norm) / all;
    }
  }
  return { energy, unexplained, share };
}
