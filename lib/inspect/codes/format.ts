/**
 * Every value of an input at one site, by feature, and what can be asked of them without another run; browser safe.
 * The values are the codes that the SAE uses, after its TopK: nothing is computed anew from pre-activations.
 */
export interface InspectCodes {
  /** Features that fire, ascending, [m]. */
  feature: Uint32Array;
  /** Values of feature i are `pos[ptr[i]] .. pos[ptr[i + 1]]`, [m + 1]. */
  ptr: Uint32Array;
  /** Positions in the model's sequence, ascending within a feature. */
  pos: Uint16Array;
  /** value = q * scale / 255; never 0. */
  q: Uint8Array;
  scale: Float32Array; // [m]
  /** Reference strength of each feature, [m]. */
  ref: Float32Array;
  /** Share of the corpus's positions that fire, [m]. */
  density: Float32Array;
  /**
   * Share of the hidden state that the feature explains where each value stands, in units of 0.01 %: the SAE misses so much more
   * without it. With `energy` absent in runs made before it was kept.
   */
  share?: Int16Array;
  /** |h - c|^2 of each position. */
  energy?: Float32Array;
}

const ARRAYS = { U32: Uint32Array, U16: Uint16Array, I16: Int16Array, U8: Uint8Array, F32: Float32Array } as const;

/** Reads the safetensors file of an inspection. @throws RangeError when the bytes are not one. */
export function parseCodes(bytes: ArrayBuffer): InspectCodes {
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length))) as Record<
    string,
    { dtype: keyof typeof ARRAYS; data_offsets: [number, number] }
  >;
  const read = (name: keyof InspectCodes) => {
    const info = header[name];
    if (!info) return undefined;
    const [from, to] = info.data_offsets;
    const Type = ARRAYS[info.dtype];
    // Copied, because a file does not promise the alignment that views need.
    return new Type(bytes.slice(8 + length + from, 8 + length + to));
  };
  const tensor = (name: keyof InspectCodes) => {
    const found = read(name);
    if (!found) throw new RangeError(`The codes have no tensor "${name}".`);
    return found;
  };
  const [share, energy] = [read("share"), read("energy")];
  return {
    feature: tensor("feature") as Uint32Array,
    ptr: tensor("ptr") as Uint32Array,
    pos: tensor("pos") as Uint16Array,
    q: tensor("q") as Uint8Array,
    scale: tensor("scale") as Float32Array,
    ref: tensor("ref") as Float32Array,
    density: tensor("density") as Float32Array,
    ...(share && energy ? { share: share as Int16Array, energy: energy as Float32Array } : {}),
  };
}

/** What is asked, as masks over positions (1: belongs to it). By default B is all of `within` that is not A. */
export interface RegionAsk {
  a: Uint8Array;
  b?: Uint8Array | undefined;
  /** The positions that count at all: cells of the image, or tokens of the text. */
  within: Uint8Array;
  sort: RegionSort;
}

export type RegionSort = "specificity" | "strength" | "rarity";

export interface RegionHit {
  feature: number;
  /** Means over A and B; b is 0 where B is empty. */
  a: number;
  b: number;
  /** (a - b) / reference strength. */
  score: number;
  /** a / reference strength. */
  strength: number;
  density: number;
}

/**
 * Features that fire in A, best first. Specificity: score. Strength: mean over A as a share of the reference strength.
 * Rarity: share of the corpus that fires, least first. Ties go to the rarer, then to the lower index. One pass over all values.
 */
export function queryRegion(codes: InspectCodes, { a, b, within, sort }: RegionAsk): RegionHit[] {
  const other = b ?? within.map((bit, p) => (bit && !a[p] ? 1 : 0));
  const [nA, nB] = [count(a), count(other)];
  const hits: RegionHit[] = [];
  for (let i = 0; i < codes.feature.length; i++) {
    let [sumA, sumB] = [0, 0];
    for (let t = codes.ptr[i] as number; t < (codes.ptr[i + 1] as number); t++) {
      const p = codes.pos[t] as number;
      if (a[p]) sumA += codes.q[t] as number;
      if (other[p]) sumB += codes.q[t] as number;
    }
    if (sumA === 0) continue;
    const unit = (codes.scale[i] as number) / 255;
    const ref = (codes.ref[i] as number) || 1;
    const [meanA, meanB] = [(sumA * unit) / nA, nB > 0 ? (sumB * unit) / nB : 0];
    hits.push({
      feature: codes.feature[i] as number,
      a: meanA,
      b: meanB,
      score: (meanA - meanB) / ref,
      strength: meanA / ref,
      density: codes.density[i] as number,
    });
  }
  const before = {
    specificity: (x: RegionHit, y: RegionHit) => y.score - x.score,
    strength: (x: RegionHit, y: RegionHit) => y.strength - x.strength,
    rarity: (x: RegionHit, y: RegionHit) => x.density - y.density,
  }[sort];
  return hits.sort((x, y) => before(x, y) || x.density - y.density || x.feature - y.feature);
}

/** Features by their peak within a mask, as a share of the reference strength; `a` is the peak, b is 0. */
export function peaksWithin(codes: InspectCodes, within: Uint8Array): RegionHit[] {
  const hits: RegionHit[] = [];
  for (let i = 0; i < codes.feature.length; i++) {
    let top = 0;
    for (let t = codes.ptr[i] as number; t < (codes.ptr[i + 1] as number); t++)
      if (within[codes.pos[t] as number]) top = Math.max(top, codes.q[t] as number);
    if (top === 0) continue;
    const a = (top * (codes.scale[i] as number)) / 255;
    const strength = a / ((codes.ref[i] as number) || 1);
    const own = { feature: codes.feature[i] as number, density: codes.density[i] as number };
    hits.push({ ...own, a, b: 0, score: strength, strength });
  }
  return hits.sort((x, y) => y.strength - x.strength || x.density - y.density || x.feature - y.feature);
}

function count(mask: Uint8Array): number {
  let n = 0;
  for (const bit of mask) n += bit;
  return n;
}

/** Values of one feature by position; 0 where it is silent. */
export function valuesOf(codes: InspectCodes, feature: number): Map<number, number> {
  const i = codes.feature.indexOf(feature);
  const out = new Map<number, number>();
  if (i < 0) return out;
  for (let t = codes.ptr[i] as number; t < (codes.ptr[i + 1] as number); t++)
    out.set(codes.pos[t] as number, ((codes.q[t] as number) * (codes.scale[i] as number)) / 255);
  return out;
}

/** What fires at one position, strongest first as a share of the reference strength. */
export function firingAt(codes: InspectCodes, position: number): { feature: number; value: number; ref: number }[] {
  const out: { feature: number; value: number; ref: number }[] = [];
  for (let i = 0; i < codes.feature.length; i++) {
    for (let t = codes.ptr[i] as number; t < (codes.ptr[i + 1] as number); t++) {
      if (codes.pos[t] !== position) continue;
      const value = ((codes.q[t] as number) * (codes.scale[i] as number)) / 255;
      out.push({ feature: codes.feature[i] as number, value, ref: codes.ref[i] as number });
    }
  }
  return out.sort((x, y) => y.value / (y.ref || 1) - x.value / (x.ref || 1) || x.feature - y.feature);
}
