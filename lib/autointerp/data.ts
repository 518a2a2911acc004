import type { ScoreParams, Support } from "@/lib/autointerp/schema";
import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import type { Exemplar, Explanation, Feature, Model, Sae } from "@/lib/db/generated/client";

export type SaeWithModel = Sae & { model: Model };
export type EvidenceRow = Exemplar;
export type PendingFeature = Pick<Feature, "index" | "imageShare" | "neighbours" | "flags">;
/** An explained feature with the explanations that are to be scored. */
export type ScoredFeature = Pick<
  Feature,
  "index" | "kind" | "density" | "histogram" | "imageShare" | "neighbours" | "relations"
> & { explanations: ScoredExplanation[] };

export interface ScoredExplanation {
  id: string;
  index: number;
  text: string;
  kind: string | null;
  support: Support[] | null;
}

/** The label of a feature, as far as controls need it. */
export interface LabelRow {
  index: number;
  text: string;
  kind: string | null;
  density: number;
  imageShare: number;
  support: Support[] | null;
}

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

/** Features that wait for an explanation: clean ones before flagged ones, densest first. */
export function listPending(saeId: string, take: number): Promise<PendingFeature[]> {
  return db().$queryRaw<PendingFeature[]>`
    SELECT index, image_share AS "imageShare", neighbours, flags FROM features
    WHERE sae_id = ${saeId} AND status IN ('pending', 'failed')
    ORDER BY flags && ARRAY['always_on', 'position'], density DESC, index LIMIT ${take}`;
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

const SCORED = {
  ...{ index: true, kind: true, density: true, histogram: true, imageShare: true },
  ...{ neighbours: true, relations: true },
};

/** Explained features with their labels, or all that explain them, in the order in which they are scored: densest first. */
export async function listScored(
  saeId: string,
  { which, refs, limit }: Pick<ScoreParams, "which" | "refs" | "limit">,
): Promise<ScoredFeature[]> {
  const features = await db().feature.findMany({
    where: { saeId, status: "explained", ...(refs ? { index: { in: refs } } : {}) },
    select: SCORED,
    orderBy: [{ density: "desc" }, { index: "asc" }],
    ...(limit === undefined ? {} : { take: limit }),
  });
  const few = refs !== undefined || limit !== undefined;
  const explanations = await db().$queryRaw<ScoredExplanation[]>`
    SELECT id, index, text, kind, evidence->'support' AS support FROM explanations
    WHERE sae_id = ${saeId} AND status = 'explained' AND text IS NOT NULL AND (is_label OR ${which === "all"})
      AND (${!few} OR index = ANY(${few ? features.map((f) => f.index) : []})) ORDER BY created_at, id`;
  const byIndex = new Map<number, ScoredExplanation[]>();
  for (const e of explanations) {
    const known = byIndex.get(e.index);
    if (known) known.push(e);
    else byIndex.set(e.index, [e]);
  }
  return features.flatMap((f) => {
    const own = byIndex.get(f.index);
    return own ? [{ ...f, explanations: own }] : [];
  });
}

/** Live features that fire in images and have held-out exemplars, whether explained or not, in an order that only the seed decides. */
export async function sampleScorable(saeId: string, take: number, seed: number): Promise<ScoredFeature[]> {
  const indices = (await sampleLive(saeId, take, seed)).map((f) => f.index);
  const features = await db().feature.findMany({ where: { saeId, index: { in: indices } }, select: SCORED });
  const byIndex = new Map(features.map((f) => [f.index, f]));
  return indices.flatMap((index) => {
    const feature = byIndex.get(index);
    return feature ? [{ ...feature, explanations: [] }] : [];
  });
}

/** The labels of an SAE, which serve each other as controls. */
export function listLabels(saeId: string): Promise<LabelRow[]> {
  return db().$queryRaw<LabelRow[]>`
    SELECT e.index, e.text, coalesce(e.kind, f.kind) AS kind, f.density, f.image_share AS "imageShare", e.evidence->'support' AS support
    FROM explanations e JOIN features f ON f.sae_id = e.sae_id AND f.index = e.index
    WHERE e.sae_id = ${saeId} AND e.is_label AND e.status = 'explained' AND e.text IS NOT NULL ORDER BY e.index`;
}

/** Windows of some texts as exemplars of any feature keep them, one for each text. */
export function listWindows(
  saeId: string,
  sampleIds: readonly number[],
): Promise<{ sampleId: number; tokens: string[] }[]> {
  return db().$queryRaw<{ sampleId: number; tokens: string[] }[]>`
    SELECT DISTINCT ON (sample_id) sample_id AS "sampleId", tokens FROM exemplars
    WHERE sae_id = ${saeId} AND sample_id = ANY(${[...sampleIds]}) AND cardinality(tokens) > 0
    ORDER BY sample_id, index, band, rank`;
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
