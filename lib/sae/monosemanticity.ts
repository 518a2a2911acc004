/**
 * Float64 sums from which the monosemanticity of every feature follows (Pach et al. 2025, arXiv 2504.02821, in closed form):
 * one image at a time, from the features that fire in it. 8 (d + 4) bytes a feature; mergeable by addition, but for extremes.
 */
export interface MonosemanticitySums {
  n: number; // features
  d: number; // width of the embeddings
  images: number;
  v: Float64Array; // [n, d] sum a_i E_i
  s1: Float64Array; // [n] sum a_i
  s2: Float64Array; // [n] sum a_i^2
  firing: Uint32Array; // [n] images with a_i > 0
  least: Float64Array; // [n] smallest a_i > 0
  most: Float64Array; // [n]
  all: Float64Array; // [d] sum E_i
}

export function createMonosemanticitySums(n: number, d: number): MonosemanticitySums {
  return {
    n,
    d,
    images: 0,
    v: new Float64Array(n * d),
    s1: new Float64Array(n),
    s2: new Float64Array(n),
    firing: new Uint32Array(n),
    least: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    most: new Float64Array(n),
    all: new Float64Array(d),
  };
}

/**
 * Adds one image: its embedding, which is brought to length 1 here, and what fires in it with a value above 0, each feature
 * once. @throws RangeError for an embedding of another width, or of length 0.
 */
export function addImage(
  sums: MonosemanticitySums,
  embedding: ArrayLike<number>,
  features: ArrayLike<number>,
  values: ArrayLike<number>,
): void {
  const { d } = sums;
  if (embedding.length !== d) throw new RangeError(`an embedding of ${embedding.length} values, expected ${d}`);
  let squares = 0;
  const used: number[] = [];
  for (let j = 0; j < d; j++) {
    if (embedding[j] === 0) continue;
    used.push(j);
    squares += embedding[j]! ** 2;
  }
  if (!(squares > 0)) throw new RangeError("an embedding of length 0 has no direction");
  const unit = Float64Array.from(used, (j) => embedding[j]! / Math.sqrt(squares));
  sums.images++;
  for (let u = 0; u < used.length; u++) sums.all[used[u]!]! += unit[u]!;
  for (let t = 0; t < features.length; t++) {
    const [feature, a] = [features[t]!, values[t]!];
    if (!(a > 0)) continue;
    sums.s1[feature]! += a;
    sums.s2[feature]! += a * a;
    sums.firing[feature]!++;
    if (a < sums.least[feature]!) sums.least[feature] = a;
    if (a > sums.most[feature]!) sums.most[feature] = a;
    const at = feature * d;
    for (let u = 0; u < used.length; u++) sums.v[at + used[u]!]! += a * unit[u]!;
  }
}

/** `plain` weighs pairs by the activations as they are; `minMax` scales those of a feature to 0..1 before, as published. */
export type MonosemanticityVariant = "plain" | "minMax";

/**
 * Monosemanticity of a feature: the mean cosine of pairs of images, weighted by the product of its activations in them,
 * MS = sum_{i<j} a_i a_j E_i.E_j / sum_{i<j} a_i a_j = (|v|^2 - s2) / (s1^2 - s2). Null, not 0, where fewer than 2 images
 * fire or, with `minMax`, where all activations are equal.
 */
export function monosemanticityOf(
  sums: MonosemanticitySums,
  feature: number,
  variant: MonosemanticityVariant = "plain",
): number | null {
  const { d, images, v, firing, most } = sums;
  if (firing[feature]! < 2) return null;
  // An image that does not fire has a_i = 0.
  const low = variant === "minMax" && firing[feature] === images ? sums.least[feature]! : 0;
  const span = variant === "minMax" ? most[feature]! - low : 1;
  if (!(span > 0)) return null;
  const s1 = (sums.s1[feature]! - images * low) / span;
  const s2 = (sums.s2[feature]! - 2 * low * sums.s1[feature]! + images * low * low) / span ** 2;
  let length = 0;
  for (let j = 0; j < d; j++) length += ((v[feature * d + j]! - low * sums.all[j]!) / span) ** 2;
  const pairs = s1 * s1 - s2;
  // Where one image alone is above the lowest there is no pair, and what is left is rounding.
  return pairs > 1e-12 * s1 * s1 ? (length - s2) / pairs : null;
}

/** Mean cosine of all pairs of images: what a feature that fires equally in every image has; null below 2 images. */
export function monosemanticityBaseline({ images, d, all }: MonosemanticitySums): number | null {
  if (images < 2) return null;
  let length = 0;
  for (let j = 0; j < d; j++) length += all[j]! ** 2;
  return (length - images) / (images * (images - 1));
}
