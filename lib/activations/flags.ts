import type { StoreManifest } from "@/lib/activations/manifest";
import { ROW_FLAG } from "@/lib/formats/row-kinds";

/** Rows, at least, whose median norm the outlier flag refers to. */
export const MEDIAN_ROWS = 4096;

export type FlagRule = StoreManifest["rows_flagged"];

/**
 * ROW_FLAG bits of an example's rows: the beginning-of-text row, and rows whose norm is out of proportion.
 * @param norms [rows] norms of the rows
 * @param bosRow row of the beginning-of-text token, -1 when there is none
 */
export function flagsOf(norms: Float32Array, bosRow: number, medianNorm: number, rule: FlagRule): Uint8Array {
  const flags = new Uint8Array(norms.length);
  for (let r = 0; r < norms.length; r++) {
    if (norms[r]! > rule.norm_factor * medianNorm) flags[r]! |= ROW_FLAG.outlier;
    if (rule.bos && r === bosRow) flags[r]! |= ROW_FLAG.bos;
  }
  return flags;
}
