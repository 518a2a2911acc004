import type { Codes } from "@/lib/sae/sae";
import { assertCols, type Matrix } from "@/lib/tensor/matrix";

/** Modality of a row: figures are stated for images, for text and for all rows (which include neither-nor rows). */
export type Modality = "image" | "text" | "other";
export const MODALITIES: readonly Modality[] = ["image", "text", "other"];

/** Float64 sums over one group of rows; mergeable by addition. `shift` (e.g. the decoder bias) avoids cancellation. */
export interface GroupSums {
  rows: number;
  a: Float64Array; // [d] sum (x - shift)
  p: number; // sum |x - shift|^2
  e1: Float64Array; // [d] sum e
  e2: number; // sum |e|^2
  xx: number; // sum |x|^2
  hh: number; // sum |xhat|^2
  xh: number; // sum x . xhat
  cos: number;
  ratio: number;
  nonzero: number; // rows with |x| > 0 and, for the cosine, what it is averaged over
  l0: Float64Array; // [k + 1] rows by number of active latents
  fired: Float64Array; // [n] rows in which each latent fired
}

export interface MetricsSums {
  d: number;
  n: number;
  shift: Float64Array; // [d]
  groups: Record<Modality, GroupSums>;
}

export function createSums(d: number, n: number, k: number, shift: ArrayLike<number>): MetricsSums {
  const group = (): GroupSums => ({
    rows: 0,
    a: new Float64Array(d),
    p: 0,
    e1: new Float64Array(d),
    e2: 0,
    xx: 0,
    hh: 0,
    xh: 0,
    cos: 0,
    ratio: 0,
    nonzero: 0,
    l0: new Float64Array(k + 1),
    fired: new Float64Array(n),
  });
  return { d, n, shift: Float64Array.from(shift), groups: { image: group(), text: group(), other: group() } };
}

/** Adds rows x, their codes and reconstructions. `modality` gives the group of row r; without it all rows are "other". */
export function addRows(
  sums: MetricsSums,
  x: Matrix,
  codes: Codes,
  reconstruction: Matrix,
  modality: (r: number) => Modality = () => "other",
): void {
  const { d, shift } = sums;
  assertCols(x, d, "addRows");
  for (let r = 0; r < x.rows; r++) {
    const group = sums.groups[modality(r)];
    let [p, e2, xx, hh, xh] = [0, 0, 0, 0, 0];
    for (let j = 0, t = r * d; j < d; j++, t++) {
      const value = x.data[t]!;
      const hat = reconstruction.data[t]!;
      const centred = value - shift[j]!;
      const error = value - hat;
      group.a[j]! += centred;
      group.e1[j]! += error;
      p += centred * centred;
      e2 += error * error;
      xx += value * value;
      hh += hat * hat;
      xh += value * hat;
    }
    group.rows++;
    group.p += p;
    group.e2 += e2;
    group.xx += xx;
    group.hh += hh;
    group.xh += xh;
    if (xx > 0) {
      group.nonzero++;
      group.cos += hh > 0 ? xh / Math.sqrt(xx * hh) : 0;
      group.ratio += Math.sqrt(hh / xx);
    }
    addCodes(group, codes, r);
  }
}

function addCodes(group: GroupSums, { k, index, value }: Codes, r: number): void {
  let active = 0;
  for (let t = r * k; t < (r + 1) * k; t++) {
    if (value[t]! <= 0) continue;
    active++;
    group.fired[index[t]!]!++;
  }
  group.l0[active]!++;
}

/** Adds the sums of another part of the same evaluation set (same d, n, k and shift). */
export function mergeSums(into: MetricsSums, other: MetricsSums): void {
  for (const name of MODALITIES) mergeGroup(into.groups[name], other.groups[name]);
}

export function mergeGroup(into: GroupSums, other: GroupSums): void {
  for (const key of ["rows", "p", "e2", "xx", "hh", "xh", "cos", "ratio", "nonzero"] as const) into[key] += other[key];
  for (const key of ["a", "e1", "l0", "fired"] as const) {
    const target = into[key];
    const source = other[key];
    for (let j = 0; j < target.length; j++) target[j]! += source[j]!;
  }
}
