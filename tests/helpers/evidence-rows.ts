import type { EvidenceRow, PendingFeature } from "@/lib/autointerp/data";

/** Feature 3, which waits to be explained. */
export const pendingFeature = (more: Partial<PendingFeature> = {}): PendingFeature => ({
  ...{ index: 3, imageShare: 0.8, neighbours: [], flags: [], aRef: 10 },
  ...{ densityImage: 0.01, densityText: 0, positionMap: null },
  ...more,
});

/** An image of the explain pool in which feature 3 fires at the first of four cells. */
export const evidenceRow = (sampleId: number, more: Partial<EvidenceRow> = {}): EvidenceRow => ({
  ...{ saeId: "s", index: 3, band: "top", rank: sampleId, sampleId, pool: "explain", peak: 8, peakAt: 0, mean: 1 },
  ...{ area: 0.1, grid: Uint8Array.of(255, 0, 0, 0), scale: 8, tokens: [], offset: 0, why: null },
  ...{ nearDuplicates: 0, resembles: null },
  ...more,
});
