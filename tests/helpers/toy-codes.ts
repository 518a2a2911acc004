import { createRng } from "@/lib/core/rng";
import { type Corpus, ROW_IMAGE, ROW_TEXT, type SampleCodes } from "@/lib/exemplars/codes";

/** One activation of a toy image or text. */
export interface ToyHit {
  at: number;
  feature: number;
  value: number;
}

/** Codes of one sample from a list of activations; `cells` rows of image and `tokens` rows of text. */
export function toyCodes(sample: number, cells: number, tokens: number, image: ToyHit[], text: ToyHit[]): SampleCodes {
  const rows = cells + tokens;
  const most = (hits: ToyHit[], at: number) => hits.filter((h) => h.at === at).length;
  const k = Math.max(
    1,
    ...Array.from({ length: cells }, (_, at) => most(image, at)),
    ...Array.from({ length: tokens }, (_, at) => most(text, at)),
  );
  const codes: SampleCodes = {
    sample,
    rows,
    k,
    m: 0,
    kind: Uint8Array.from({ length: rows }, (_, r) => (r < cells ? ROW_IMAGE : ROW_TEXT)),
    at: Int32Array.from({ length: rows }, (_, r) => (r < cells ? r : r - cells)),
    index: new Int32Array(rows * k),
    value: new Float32Array(rows * k),
    nextIndex: new Int32Array(),
    nextValue: new Float32Array(),
  };
  const used = new Uint8Array(rows);
  for (const [hits, first] of [
    [image, 0],
    [text, cells],
  ] as const) {
    for (const { at, feature, value } of hits) {
      const i = (first + at) * k + (used[first + at] as number)++;
      codes.index[i] = feature;
      codes.value[i] = value;
    }
  }
  return codes;
}

/** Random images on a grid: each cell fires up to three of the first n features. */
export function toyImages(nImages: number, cells: number, n: number, seed = 1): SampleCodes[] {
  return Array.from({ length: nImages }, (_, sample) => {
    const rng = createRng(seed, "toy", sample);
    const image = Array.from({ length: cells }, (_, at) =>
      rng.sample(n, rng.int(4)).map((feature) => ({ at, feature, value: Math.exp(rng.normal()) })),
    ).flat();
    return toyCodes(sample, cells, 1, image, []);
  });
}

/** A corpus in which no sample repeats another. */
export function toyCorpus(nSamples: number, nCells: number): Corpus {
  return {
    nSamples,
    nCells,
    first: Uint32Array.from({ length: nSamples }, (_, i) => i),
    key: Uint32Array.from({ length: nSamples }, (_, i) => Math.imul(i + 1, 2654435761) >>> 0),
    folded: new Uint32Array(nSamples),
  };
}
