import { modalityOfKind } from "@/lib/formats/row-kinds";
import type { Encoder } from "@/lib/sae/encode";
import { addRows, createSums, type MetricsSums } from "@/lib/sae/metric-sums";
import { decode, type Sae } from "@/lib/sae/sae";
import type { Matrix } from "@/lib/tensor/matrix";

/**
 * Rows of activations in raw units; `kinds` [rows] are ROW_KIND numbers, needed for figures per modality. `target`: what a
 * transcoder is to give for them.
 */
export interface RowBatch {
  acts: Matrix;
  target?: Matrix;
  kinds?: Uint8Array;
}

/** A repeatable pass over held-out rows. */
export type RowSource = () => AsyncIterable<RowBatch>;

/**
 * Streams rows through an SAE and sums everything the metrics need, float64, memory independent of the row count.
 * With `threshold` a TopK SAE runs by its calibrated threshold instead. Changes nothing in the SAE.
 */
export async function evaluateSae(
  sae: Sae,
  rows: RowSource,
  encoder: Encoder,
  { threshold = false, signal }: { threshold?: boolean; signal?: AbortSignal } = {},
): Promise<MetricsSums> {
  const sums = createSums(sae.d, sae.n, sae.n, sae.c);
  for await (const { acts, target, kinds } of rows()) {
    signal?.throwIfAborted();
    const codes = await encoder.encode(acts, threshold ? { ...sae, activation: "jumprelu" } : sae);
    addRows(sums, target ?? acts, codes, decode(codes, sae), (r) => (kinds ? modalityOfKind(kinds[r]!) : "other"));
  }
  return sums;
}
