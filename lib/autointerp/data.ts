import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import type { Exemplar, Explanation, Feature, Model, Sae } from "@/lib/db/generated/client";

export type SaeWithModel = Sae & { model: Model };
export type EvidenceRow = Exemplar;
export type PendingFeature = Pick<Feature, "index" | "imageShare" | "neighbours" | "flags" | "aRef">;
export type LabelledFeature = Pick<Feature, "index" | "label" | "kind" | "density" | "histogram" | "imageShare"> & {
  explanation: Pick<Explanation, "id" | "evidence">;
};

export interface SampledFeature {
  index: number;
  explanation: Pick<Explanation, "text" | "evidence"> | null;
}

/** @throws AppError NOT_FOUND, or SAE_NOT_READY when its features have not been collected. */
export async function getCollectedSae(id: string): Promise<SaeWithModel> {
  const sae = await db().sae.findUnique({ where: { id }, include: { model: true } });
  if (!sae) throw new AppError("NOT_FOUND", "There is no such SAE.");
  if (sae.status !== "collected" || !sae.evidence || !sae.datasetId) {
    throw new AppError("SAE_NOT_READY", `Collect the exemplars of ${sae.slug} first.`);
  }
  return sae;
}

/** The collected SAE of this address, or the first one. @throws AppError NOT_FOUND, SAE_NOT_READY */
export async function findCollectedSae(ref?: string): Promise<SaeWithModel> {
  const [model, slug] = ref?.split("/") ?? [];
  const where = ref === undefined ? { status: "collected" } : { slug: slug ?? "", model: { slug: model ?? "" } };
  const found = await db().sae.findFirst({ where, orderBy: { createdAt: "asc" }, select: { id: true } });
  if (!found) throw new AppError("NOT_FOUND", `There is no SAE ${ref ?? "with exemplars"}: run the demo first.`);
  return getCollectedSae(found.id);
}

/** What a run has tried: every explanation by its explainer since it began, whatever came of it. */
export interface Tried {
  explainer: string;
  since: Date;
}

/**
 * Features that wait for an explanation: clean ones before flagged ones, densest first. One that failed waits as well, but not
 * for the run that has just tried it.
 * @param besides features that are being explained
 */
export function listPending(
  saeId: string,
  take: number,
  { explainer, since }: Tried,
  besides: readonly number[] = [],
): Promise<PendingFeature[]> {
  return db().$queryRaw<PendingFeature[]>`
    SELECT index, image_share AS "imageShare", neighbours, flags, a_ref AS "aRef" FROM features f
    WHERE sae_id = ${saeId} AND status IN ('pending', 'failed') AND index <> ALL(${[...besides]}::int[])
      AND (status = 'pending' OR NOT EXISTS (SELECT 1 FROM explanations e WHERE e.sae_id = f.sae_id AND e.index = f.index
        AND e.explainer = ${explainer} AND e.created_at >= ${since}))
    ORDER BY flags && ARRAY['always_on', 'position'], density DESC, index LIMIT ${take}`;
}

/** How many features a run has tried, and how many wait for it. */
export async function countTried(
  saeId: string,
  { explainer, since }: Tried,
): Promise<{ tried: number; waiting: number }> {
  const [counts] = await db().$queryRaw<[{ tried: number; waiting: number }]>`
    SELECT count(*) FILTER (WHERE e.index IS NOT NULL)::int AS tried,
      count(*) FILTER (WHERE e.index IS NULL AND f.status IN ('pending', 'failed'))::int AS waiting
    FROM features f LEFT JOIN (SELECT DISTINCT index FROM explanations
      WHERE sae_id = ${saeId} AND explainer = ${explainer} AND created_at >= ${since}) e ON e.index = f.index
    WHERE f.sae_id = ${saeId}`;
  return counts;
}

export async function countByStatus(saeId: string): Promise<Record<string, number>> {
  const rows = await db().feature.groupBy({ by: ["status"], where: { saeId }, _count: true });
  return Object.fromEntries(rows.map((row) => [row.status, row._count]));
}

/** Exemplars of some features, strongest first, near misses excluded unless asked for. */
export function listEvidence(
  saeId: string,
  features: readonly number[],
  bands: readonly string[],
): Promise<EvidenceRow[]> {
  return db().exemplar.findMany({
    where: { saeId, index: { in: [...features] }, band: { in: [...bands] } },
    orderBy: [{ index: "asc" }, { peak: "desc" }, { band: "asc" }, { rank: "asc" }],
  });
}

/** Strong exemplars of features spread over the whole SAE: what regions look like in general. */
export function listRegionSample(saeId: string, kind: "image" | "text", take: number): Promise<EvidenceRow[]> {
  const text = kind === "text";
  return db().$queryRaw<EvidenceRow[]>`
    SELECT sae_id AS "saeId", index, band, rank, sample_id AS "sampleId", pool, peak, peak_at AS "peakAt", mean, area,
      grid, scale, tokens, "offset", why
    FROM exemplars WHERE sae_id = ${saeId} AND band = 'top' AND (cardinality(tokens) > 0) = ${text}
    ORDER BY md5(index || '/' || rank) LIMIT ${take}`;
}

/** Explained features with their labels' explanations, in the order in which they are scored. */
export async function listLabelled(saeId: string, take?: number): Promise<LabelledFeature[]> {
  const explanations = await db().explanation.findMany({
    where: { saeId, isLabel: true, status: "explained" },
    select: { id: true, index: true, evidence: true },
  });
  const byIndex = new Map(explanations.map((e) => [e.index, e]));
  const features = await db().feature.findMany({
    where: { saeId, status: "explained", index: { in: [...byIndex.keys()] } },
    select: { index: true, label: true, kind: true, density: true, histogram: true, imageShare: true },
    orderBy: [{ density: "desc" }, { index: "asc" }],
    ...(take === undefined ? {} : { take }),
  });
  return features.flatMap((f) => {
    const explanation = byIndex.get(f.index);
    return explanation ? [{ ...f, explanation }] : [];
  });
}

/** Live features that fire in images and that an explainer has looked at, in an order that only the seed decides, with the explanation that is their label. */
export async function sampleLive(saeId: string, take: number, seed: number): Promise<SampledFeature[]> {
  const rows = await db().$queryRaw<{ index: number }[]>`
    SELECT index FROM features f WHERE sae_id = ${saeId} AND status NOT IN ('dead', 'too_rare', 'pending', 'failed') AND EXISTS (
      SELECT 1 FROM exemplars e WHERE e.sae_id = f.sae_id AND e.index = f.index AND e.pool = 'score'
        AND e.band <> 'miss' AND cardinality(e.tokens) = 0)
    ORDER BY md5(${`${seed}/`} || index), index LIMIT ${take}`;
  const indices = rows.map((row) => row.index);
  const explanations = await db().explanation.findMany({
    where: { saeId, index: { in: indices }, isLabel: true, status: "explained" },
    select: { index: true, text: true, evidence: true },
  });
  const byIndex = new Map(explanations.map((e) => [e.index, e]));
  return indices.map((index) => ({ index, explanation: byIndex.get(index) ?? null }));
}
