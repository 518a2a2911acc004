import type { Choice } from "@/lib/exemplars/choose";
import { type CodeSource, ROW_IMAGE, ROW_TEXT, type SampleCodes } from "@/lib/exemplars/codes";
import { quantise } from "@/lib/exemplars/quantise";

/** Text tokens shown before and after the peak of a text exemplar. */
const BEFORE = 20;
const AFTER = 11;

/** A choice with what the feature did in it. */
export interface ExtractedExemplar extends Choice {
  peak: number;
  /** Row-major cell (image), or index within the window (text); where it was next in line for a near miss, else 0. */
  peakAt: number;
  mean: number;
  /** Share of cells or of window tokens that fire. */
  area: number;
  grid: Uint8Array; // [cells] or [window]
  scale: number;
  /** First text token of the window; 0 for images. */
  offset: number;
}

/**
 * Third pass: reads the values of the chosen (feature, sample) pairs and quantises them by the feature's maximum.
 * @param nCells cells of the base grid
 * @param max largest value of each feature, [n]
 */
export async function* extractExemplars(
  source: CodeSource,
  choices: readonly Choice[],
  nCells: number,
  max: Float32Array,
): AsyncGenerator<ExtractedExemplar> {
  const slots = new Int32Array(max.length).fill(-1);
  const bySample = new Map<number, Choice[]>();
  for (const choice of choices) {
    const known = bySample.get(choice.sample);
    if (known) known.push(choice);
    else bySample.set(choice.sample, [choice]);
  }
  for await (const codes of source()) {
    const wanted = bySample.get(codes.sample);
    if (!wanted) continue;
    const features = [...new Set(wanted.map((c) => c.feature))];
    features.forEach((f, i) => {
      slots[f] = i;
    });
    const values = valuesOf(codes, features.length, slots, nCells);
    for (const choice of wanted) yield extractOne(choice, values[slots[choice.feature] as number] as Values, max);
    for (const f of features) slots[f] = -1;
  }
}

/** What one feature did in one sample; `next` is where it was next in line. */
interface Values {
  image: Float32Array; // [nCells]
  text: Float32Array; // [text tokens]
  next: { image: number; text: number };
  nextValue: { image: number; text: number };
}

/** @param slots number of each wanted feature in the result, -1 for the others, [n] */
function valuesOf(codes: SampleCodes, nWanted: number, slots: Int32Array, nCells: number): Values[] {
  const none = Number.NEGATIVE_INFINITY;
  let nText = 0;
  for (let r = 0; r < codes.rows; r++) {
    if (codes.kind[r] === ROW_TEXT) nText = Math.max(nText, (codes.at[r] as number) + 1);
  }
  // One array for all features of the sample: hundreds of thousands of small ones would keep the collector of garbage busy.
  const images = new Float32Array(nWanted * nCells);
  const texts = new Float32Array(nWanted * nText);
  const out = Array.from({ length: nWanted }, (_, i) => ({
    image: images.subarray(i * nCells, (i + 1) * nCells),
    text: texts.subarray(i * nText, (i + 1) * nText),
    next: { image: 0, text: 0 },
    nextValue: { image: none, text: none },
  }));
  for (let r = 0; r < codes.rows; r++) {
    const kind = codes.kind[r];
    if (kind !== ROW_IMAGE && kind !== ROW_TEXT) continue;
    const modality = kind === ROW_IMAGE ? "image" : "text";
    const at = codes.at[r] as number;
    for (let i = r * codes.k; i < (r + 1) * codes.k; i++) {
      const v = codes.value[i] as number;
      const slot = slots[codes.index[i] as number] as number;
      if (slot >= 0 && v > 0) (out[slot] as Values)[modality][at] = v;
    }
    for (let i = r * codes.m; i < (r + 1) * codes.m; i++) {
      const values = out[slots[codes.nextIndex[i] as number] as number];
      const p = codes.nextValue[i] as number;
      if (!values || p <= values.nextValue[modality]) continue;
      values.nextValue[modality] = p;
      values.next[modality] = at;
    }
  }
  return out;
}

function extractOne(choice: Choice, values: Values, max: Float32Array): ExtractedExemplar {
  const scale = max[choice.feature] as number;
  const all = values[choice.kind];
  const best = choice.band === "miss" ? values.next[choice.kind] : argmax(all);
  const from = choice.kind === "image" ? 0 : Math.max(0, Math.min(best - BEFORE, all.length - BEFORE - AFTER - 1));
  const shown = choice.kind === "image" ? all : all.subarray(from, from + BEFORE + AFTER + 1);
  let sum = 0;
  let nFiring = 0;
  for (let i = 0; i < shown.length; i++) {
    const v = shown[i] as number;
    sum += v;
    if (v > 0) nFiring++;
  }
  const n = Math.max(1, shown.length);
  const peak = shown.length > 0 ? (all[best] as number) : 0;
  const grid = quantise(shown, scale);
  return { ...choice, peak, peakAt: best - from, mean: sum / n, area: nFiring / n, grid, scale, offset: from };
}

function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}
