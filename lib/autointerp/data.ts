import type { ScoreParams, Support } from "@/lib/autointerp/schema";
import type { TokenWindow } from "@/lib/autointerp/text-label";
import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { type Exemplar, type Explanation, type Feature, type Model, Prisma, type Sae } from "@/lib/db/generated/client";

/** Text windows of other features that every text label is compared with. */
const CONTRAST_TEXTS = 160;

export type SaeWithModel = Sae & { model: Model };
export type EvidenceRow = Exemplar;
export type PendingFeature = Pick<
  Feature,
  "index" | "imageShare" | "neighbours" | "flags" | "aRef" | "densityImage" | "densityText" | "positionMap"
>;
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

/** What samples of a dataset say in general. */
export interface CaptionContrast {
  dataset: string;
  captions: readonly { caption: string | null; tags: readonly string[] }[];
  windows: readonly { feature: number; sampleId: number; window: TokenWindow }[];
}

export interface SampledFeature {
  index: number;
  explanation: Pick<Explanation, "text" | "evidence"> | null;
}

/**
 * @param id of the SAE, or `<model>/<sae>`
 * @throws AppError NOT_FOUND, or SAE_NOT_READY when its features have not been collected.
 */
export async function getCollectedSae(id: string): Promise<SaeWithModel> {
  const [model, slug] = id.split("/");
  const where = slug ? { slug, model: { slug: model as string } } : { id };
  const sae = await db().sae.findFirst({ where, include: { model: true } });
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

/** What tells the explanations of one explainer from those of others. */
export interface ExplainedBy {
  explainer: string;
  explainerModel: string;
  promptVersion: string;
}

/** Which features are to be explained next. */
export interface Waiting {
  /** Explanations from before do not count for these. */
  features?: readonly number[] | undefined;
  /** When the run began: what failed in it is not tried again in it. */
  since: Date;
  /** `density`: clean ones first, densest first; `need`: those that people keep in lists or wrote notes on, then the least sure. */
  order: "density" | "need";
  /** Only those that have no label, an unsure one or one that scores low, and those that people keep. */
  doubtful?: boolean | undefined;
  /** Features that are being explained. */
  besides?: readonly number[] | undefined;
}

/** The place of a feature is read only where a rule can need it. */
const PENDING = Prisma.sql`f.index, f.image_share AS "imageShare", f.neighbours, f.flags, f.a_ref AS "aRef",
  f.density_image AS "densityImage", f.density_text AS "densityText", CASE WHEN 'position' = ANY(f.flags) THEN f.position_map END AS "positionMap"`;

/** Live features without an explanation of this explainer. */
export function listWaiting(saeId: string, by: ExplainedBy, waiting: Waiting, take: number): Promise<PendingFeature[]> {
  return db().$queryRaw<PendingFeature[]>`
    SELECT ${PENDING} FROM features f ${waitingSql(saeId, by, waiting)}
    ORDER BY ${waiting.order === "need" ? needSql(saeId) : Prisma.empty} f.flags && ARRAY['always_on', 'position'], f.density DESC, f.index
    LIMIT ${take}`;
}

export async function countWaiting(saeId: string, by: ExplainedBy, waiting: Waiting): Promise<number> {
  const [row] = await db().$queryRaw<{ n: number }[]>`
    SELECT count(*)::int AS n FROM features f ${waitingSql(saeId, by, waiting)}`;
  return row?.n ?? 0;
}

/** True of features that people put into a list or wrote a note on. */
const keptSql = (saeId: string) => Prisma.sql`
  (SELECT m.slug || '/' || s.slug FROM saes s JOIN models m ON m.id = s.model_id WHERE s.id = ${saeId}) || '/' || f.index
    IN (SELECT ref FROM list_items UNION ALL SELECT "on" FROM notes)`;

/** Labels that captions are least sure of gain most by a question; what captions cannot name is seldom named at all. */
const needSql = (saeId: string) => Prisma.sql`${keptSql(saeId)} DESC,
  (SELECT c.confidence FROM explanations c WHERE c.sae_id = f.sae_id AND c.index = f.index AND c.explainer = 'captions'
    ORDER BY c.created_at DESC LIMIT 1) NULLS LAST,`;

/** Below these a label is in doubt. */
const SURE = 0.8;
const SCORES = 0.7;

function waitingSql(saeId: string, by: ExplainedBy, { features, since, doubtful, besides = [] }: Waiting): Prisma.Sql {
  const inDoubt = doubtful
    ? Prisma.sql`AND (f.label IS NULL OR f.detection < ${SCORES} OR f.disagreement > 0 OR ${keptSql(saeId)} OR EXISTS (
        SELECT 1 FROM explanations l WHERE l.sae_id = f.sae_id AND l.index = f.index AND l.is_label AND l.confidence < ${SURE}))`
    : Prisma.empty;
  const chosen = features ? Prisma.sql`AND f.index = ANY(${[...features]})` : Prisma.empty;
  const counts = features
    ? Prisma.sql`e.created_at >= ${since}`
    : Prisma.sql`(e.status <> 'failed' OR e.created_at >= ${since})`;
  return Prisma.sql`WHERE f.sae_id = ${saeId} AND f.status NOT IN ('dead', 'too_rare') ${chosen} ${inDoubt}
    AND f.index <> ALL(${[...besides]}::int[]) AND NOT EXISTS (
    SELECT 1 FROM explanations e WHERE e.sae_id = f.sae_id AND e.index = f.index AND e.explainer = ${by.explainer}
      AND e.explainer_model = ${by.explainerModel} AND e.prompt_version = ${by.promptVersion} AND ${counts})`;
}

/** What an explainer has made since a moment: how its attempts ended, and what they cost. */
export async function explainedSince(saeId: string, by: ExplainedBy, since: Date) {
  const rows = await db().$queryRaw<
    {
      status: string;
      n: number;
      copied: number;
      calls: number;
      promptTokens: number;
      completionTokens: number;
      ms: number;
    }[]
  >`SELECT status, count(*)::int AS n, count(*) FILTER (WHERE evidence ? 'sameAs')::int AS copied,
      coalesce(sum((cost->>'calls')::float8), 0) AS calls, coalesce(sum((cost->>'promptTokens')::float8), 0) AS "promptTokens",
      coalesce(sum((cost->>'completionTokens')::float8), 0) AS "completionTokens", coalesce(sum((cost->>'ms')::float8), 0) AS ms
    FROM explanations WHERE sae_id = ${saeId} AND explainer = ${by.explainer} AND explainer_model = ${by.explainerModel}
      AND prompt_version = ${by.promptVersion} AND created_at >= ${since} GROUP BY status`;
  return rows;
}

/** Explanations of some features by one explainer, as they can be copied to features that fire on the same things. */
export function listExplanationsBy(
  saeId: string,
  by: ExplainedBy,
  features: readonly number[],
): Promise<Explanation[]> {
  return db().explanation.findMany({ where: { saeId, ...by, index: { in: [...features] }, status: "explained" } });
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

/** Live features in an order that only the seed decides. */
export function sampleFeatures(saeId: string, take: number, seed: number): Promise<PendingFeature[]> {
  return db().$queryRaw<PendingFeature[]>`
    SELECT ${PENDING} FROM features f
    WHERE sae_id = ${saeId} AND status NOT IN ('dead', 'too_rare')
    ORDER BY md5(${`${seed}/`} || index), index LIMIT ${take}`;
}

/** Captions and tags of images spread over a dataset, and texts of features spread over an SAE: what they say in general. */
export async function readCaptionContrast(sae: Pick<Sae, "id" | "datasetId">, take: number): Promise<CaptionContrast> {
  const dataset = await db().dataset.findUniqueOrThrow({ where: { id: sae.datasetId ?? "" }, select: { slug: true } });
  const captions = await db().$queryRaw<CaptionContrast["captions"]>`
    SELECT caption, tags FROM samples WHERE dataset_id = ${sae.datasetId} AND kind = 'image'
    ORDER BY md5(ordinal::text) LIMIT ${take}`;
  const texts = await listRegionSample(sae.id, "text", CONTRAST_TEXTS);
  const windows = texts.map(({ index, sampleId, tokens, peakAt }) => ({
    ...{ feature: index, sampleId },
    window: { tokens, peakAt },
  }));
  return { dataset: dataset.slug, captions, windows };
}

const SCORED = {
  ...{ index: true, kind: true, density: true, histogram: true, imageShare: true },
  ...{ neighbours: true, relations: true },
};

/** Explanations that name a thing: what a rule tells of where a feature fires is no claim about what is seen there. */
const NAMES_A_THING = Prisma.sql`e.status = 'explained' AND e.text IS NOT NULL AND NOT coalesce(e.evidence ? 'rule', false)`;

/** Explained features with their labels, or all that explain them, in the order in which they are scored: densest first. */
export async function listScored(
  saeId: string,
  { which, features: chosen, limit }: Pick<ScoreParams, "which" | "features" | "limit">,
): Promise<ScoredFeature[]> {
  const features = await db().feature.findMany({
    where: { saeId, status: "explained", ...(chosen ? { index: { in: chosen } } : {}) },
    select: SCORED,
    orderBy: [{ density: "desc" }, { index: "asc" }],
    ...(limit === undefined ? {} : { take: limit }),
  });
  const few = chosen !== undefined || limit !== undefined;
  const explanations = await db().$queryRaw<ScoredExplanation[]>`
    SELECT id, index, text, kind, evidence->'support' AS support FROM explanations e
    WHERE sae_id = ${saeId} AND ${NAMES_A_THING} AND (is_label OR ${which === "all"})
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
  return listScorable(
    saeId,
    (await sampleLive(saeId, take, seed)).map((f) => f.index),
  );
}

/** Features as scorers need them, in the order of the given numbers, without explanations. */
export async function listScorable(saeId: string, indices: readonly number[]): Promise<ScoredFeature[]> {
  const features = await db().feature.findMany({ where: { saeId, index: { in: [...indices] } }, select: SCORED });
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
    WHERE e.sae_id = ${saeId} AND e.is_label AND ${NAMES_A_THING} ORDER BY e.index`;
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
