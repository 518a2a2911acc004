import type { EvidenceRow } from "../lib/autointerp/data";
import { cellKeys } from "../lib/autointerp/iou";
import { type TrueConcept, trueConcepts } from "../lib/autointerp/true-concept";
import { samplesById } from "../lib/datasets/data";
import { decodeMask, poolMask } from "../lib/datasets/mask";
import { blobs } from "../lib/storage/blobs";

/**
 * What one feature's held-out image exemplars show by the masks.
 * @param fewest exemplars whose truth is known; nothing is said of fewer
 */
export async function conceptsOf(
  rows: readonly EvidenceRow[],
  grid: { rows: number; cols: number },
  fewest = 1,
): Promise<TrueConcept[]> {
  const held = rows.filter((row) => row.pool === "score" && row.tokens.length === 0);
  const once = [...new Map(held.map((row) => [row.sampleId, row])).values()];
  const samples = await samplesById(once.map((row) => row.sampleId));
  const exemplars = await Promise.all(
    once.map(async ({ sampleId, grid: codes, scale }) => {
      const sample = samples.get(sampleId);
      const truth = sample?.truth && "objects" in sample.truth ? sample.truth : null;
      const mask = truth ? await blobs().get(`masks/${sample?.sha}`) : null;
      if (!truth || !mask) return null;
      return { grid: codes, scale, cells: cellKeys(truth, poolMask(decodeMask(mask), grid.rows, grid.cols)) };
    }),
  );
  const known = exemplars.filter((e) => e !== null);
  return known.length < fewest ? [] : trueConcepts(known);
}
