import { ROW_IMAGE, ROW_TEXT, type SampleCodes } from "@/lib/exemplars/codes";

/** What a feature did in a run of positions of one sample. */
export interface OwnValues {
  sample: number;
  kind: "image" | "text";
  /** First position: 0 for an image, the first token of the window for a text. */
  offset: number;
  values: Float32Array; // [cells] or [tokens of the window]
}

/** A feature of another SAE with the correlation of its values with ours. */
export interface Match {
  index: number;
  correlation: number;
  /** Samples in which it fires where ours does. */
  shared: number;
}

/**
 * Features of another SAE that fire where a feature fires, by Pearson correlation over all positions given, strongest first.
 * One pass over the codes of these samples.
 * @param codes of the other SAE by sample; samples that have none count as silent
 */
export function matchGrids(own: readonly OwnValues[], codes: ReadonlyMap<number, SampleCodes>, count: number): Match[] {
  let n = 0;
  let sum = 0;
  let squares = 0;
  const other = new Map<number, { sum: number; squares: number; product: number; shared: Set<number> }>();
  own.forEach(({ sample, kind, offset, values }, part) => {
    n += values.length;
    for (const v of values) {
      sum += v;
      squares += v * v;
    }
    eachCode(codes.get(sample), kind, (at, index, z) => {
      const v = values[at - offset];
      if (v === undefined) return;
      const known = other.get(index) ?? { sum: 0, squares: 0, product: 0, shared: new Set<number>() };
      other.set(index, known);
      known.sum += z;
      known.squares += z * z;
      known.product += v * z;
      if (v > 0) known.shared.add(part);
    });
  });
  const spread = squares - sum ** 2 / n;
  const out: Match[] = [];
  for (const [index, o] of other) {
    const correlation = (o.product - (sum * o.sum) / n) / Math.sqrt(spread * (o.squares - o.sum ** 2 / n));
    if (correlation > 0 && o.shared.size > 0) out.push({ index, correlation, shared: o.shared.size });
  }
  return out.sort((a, b) => b.correlation - a.correlation || a.index - b.index).slice(0, count);
}

/** Values of one feature in one sample, [length] from position `offset` on. */
export function valuesIn(
  codes: SampleCodes | undefined,
  kind: "image" | "text",
  feature: number,
  length: number,
  offset = 0,
): Float32Array {
  const out = new Float32Array(length);
  eachCode(codes, kind, (at, index, z) => {
    if (index === feature && at >= offset && at < offset + length) out[at - offset] = z;
  });
  return out;
}

function eachCode(
  codes: SampleCodes | undefined,
  kind: "image" | "text",
  visit: (at: number, index: number, value: number) => void,
): void {
  if (!codes) return;
  const wanted = kind === "image" ? ROW_IMAGE : ROW_TEXT;
  for (let r = 0; r < codes.rows; r++) {
    if (codes.kind[r] !== wanted) continue;
    for (let i = r * codes.k; i < (r + 1) * codes.k; i++) {
      const z = codes.value[i] as number;
      if (z > 0) visit(codes.at[r] as number, codes.index[i] as number, z);
    }
  }
}
