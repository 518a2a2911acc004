import { modalityOfKind } from "@/lib/formats/row-kinds";
import type { Encoder } from "@/lib/sae/encode";
import { addRows, createSums, type MetricsSums } from "@/lib/sae/metric-sums";
import { applyThreshold, type Codes, decode, type Sae } from "@/lib/sae/sae";
import type { Matrix } from "@/lib/tensor/matrix";

/** Rows of activations in raw units; `kinds` [rows] are ROW_KIND numbers, needed for figures per modality. */
export interface RowBatch {
  acts: Matrix;
  kinds?: Uint8Array;
}

/** A repeatable pass over held-out rows. */
export type RowSource = () => AsyncIterable<RowBatch>;

/**
 * Streams rows through an SAE and sums everything the metrics need, float64, memory independent of the row count.
 * With `threshold` the SAE runs by its calibrated threshold instead of top-k. Changes nothing in the SAE.
 */
export async function evaluateSae(
  sae: Sae,
  rows: RowSource,
  encoder: Encoder,
  { threshold = false, signal }: { threshold?: boolean; signal?: AbortSignal } = {},
): Promise<MetricsSums> {
  const sums = createSums(sae.d, sae.n, sae.n, sae.c);
  for await (const { acts, kinds } of rows()) {
    signal?.throwIfAborted();
    const codes = threshold ? await aboveThreshold(acts, sae, encoder) : await encoder.encode(acts, sae);
    addRows(sums, acts, codes, decode(codes, sae), (r) => (kinds ? modalityOfKind(kinds[r]!) : "other"));
  }
  return sums;
}

/** Codes of all latents above theta: looks at more ranks as long as some row is still above it at the last one. */
async function aboveThreshold(acts: Matrix, sae: Sae, encoder: Encoder): Promise<Codes> {
  for (let width = Math.min(sae.n, 4 * sae.k); ; width = Math.min(sae.n, 2 * width)) {
    const codes = await encoder.encode(acts, { ...sae, k: width });
    let cut = false;
    for (let last = width - 1; last < codes.value.length; last += width) cut ||= codes.value[last]! > sae.theta;
    if (!cut || width === sae.n) return applyThreshold(codes, sae.theta);
  }
}
