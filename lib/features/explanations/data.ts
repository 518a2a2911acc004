import { SCORE_ORDER, scoreName } from "@/lib/autointerp/format";
import type { ExplanationCost, ExplanationEvidence, StoredRegion } from "@/lib/autointerp/schema";
import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { placeGeometry } from "@/lib/media/place-view";
import { toImageInfo } from "@/lib/samples/data";
import type { Geometry } from "@/lib/samples/schema";
import type { Explanation, Receipt, ScoreDetail, ScoreSummary, Translations } from "../schema";

/** A stored explanation with its scores, as Postgres makes JSON of it. */
export interface ExplanationRow extends Omit<Explanation, "scores" | "status" | "cost" | "sameAs" | "translations"> {
  status: string;
  cost: unknown;
  translations: unknown;
  scores: (ScoreSummary & { id: string; scorer: string })[];
}

/** Scores by their public names, in the order in which they are shown. */
export function scoresByName(rows: ExplanationRow["scores"]): Explanation["scores"] {
  const named = rows.map(({ scorer, ...score }): [string, Explanation["scores"][string]] => [scoreName(scorer), score]);
  return Object.fromEntries(named.sort(([a], [b]) => SCORE_ORDER.indexOf(a) - SCORE_ORDER.indexOf(b)));
}

/** Translations as a part of a row, which has none where there are none. */
export function translated(translations: unknown): { translations?: Translations } {
  return translations ? { translations: translations as Translations } : {};
}

/** The public shape of an explanation. */
export function toExplanation(stored: ExplanationRow): Explanation {
  const { scores, status, text, createdAt, cost, translations, ...row } = stored;
  const { calls, promptTokens = 0, completionTokens = 0, ms = 0 } = (cost ?? {}) as Partial<ExplanationCost>;
  const { sameAs } = (row.evidence ?? {}) as Partial<ExplanationEvidence>;
  return {
    ...row,
    ...translated(translations),
    cost: calls === undefined ? null : { calls, promptTokens, completionTokens, ms },
    sameAs: sameAs ?? null,
    text: status === "explained" ? text : null,
    status: status as Explanation["status"],
    createdAt: new Date(createdAt).toISOString(),
    scores: scoresByName(scores),
  };
}

/** One explanation with its scores and votes. @throws AppError NOT_FOUND */
export async function getExplanation(id: string): Promise<Explanation> {
  const row = await db().explanation.findUnique({
    where: { id },
    include: { scores: { omit: { receipts: true } }, votes: { select: { value: true } } },
  });
  if (!row) throw new AppError("NOT_FOUND", "There is no explanation with this id.");
  const { saeId: _, index: __, votes, scores, createdAt, ...rest } = row;
  const up = votes.filter((v) => v.value > 0).length;
  return toExplanation({
    ...rest,
    createdAt: createdAt.toISOString(),
    votes: { up, down: votes.length - up },
    scores: scores.map(({ id: scoreId, scorer, value, lo, hi, control, n, nMissing }) => ({
      ...{ id: scoreId, scorer, value, lo, hi, control, n, nMissing },
    })),
  });
}

/** A voter's own votes on the explanations of a feature, by explanation. */
export async function ownVotes(
  model: string,
  sae: string,
  index: number,
  voter: string,
): Promise<Record<string, number>> {
  const rows = await db().$queryRaw<{ id: string; value: number }[]>(
    Prisma.sql`SELECT v."explanation_id" AS id, v."value" FROM "votes" v JOIN "explanations" e ON e."id" = v."explanation_id"
      JOIN "saes" s ON s."id" = e."sae_id" JOIN "models" m ON m."id" = s."model_id"
      WHERE m."slug" = ${model} AND s."slug" = ${sae} AND e."index" = ${index} AND v."voter" = ${voter}`,
  );
  return Object.fromEntries(rows.map(({ id, value }) => [id, value]));
}

/** The scores of the explanation that is the label. */
export function scoresOfLabel(explanations: readonly Explanation[]): Record<string, ScoreSummary> {
  const label = explanations.find((e) => e.isLabel);
  const scores = Object.entries(label?.scores ?? {});
  return Object.fromEntries(scores.map(([name, { id: _, ...score }]) => [name, score]));
}

/** What the scorers keep, whichever it was. */
interface AnyReceipt {
  /** The silent sample of a pair. */
  other?: number;
  item: { sampleId: number; kind?: string; role?: string; band?: string };
  question?: string;
  expected: boolean | string;
  answered: boolean | null;
  right: boolean | null;
  intersection?: number;
  union?: number;
  region?: StoredRegion;
  trial?: number;
  said?: string | null;
  picked?: number | null;
  tokens?: string[];
  actual?: number[];
  predicted?: number[] | null;
}

/** A score with the items behind it, wrong ones first. @throws AppError NOT_FOUND */
export async function getScore(id: string): Promise<ScoreDetail> {
  const row = await db().score.findUnique({ where: { id } });
  if (!row) throw new AppError("NOT_FOUND", "There is no score with this id.");
  const sae = await db().sae.findUnique({
    where: { id: row.saeId },
    select: { model: { select: { geometries: true } } },
  });
  const base = (sae?.model.geometries as Geometry[] | undefined)?.[0];
  const stored = row.receipts as unknown as AnyReceipt[];
  const samples = await db().sample.findMany({
    where: { id: { in: stored.flatMap((r) => [r.item.sampleId, r.other ?? []].flat()) } },
    select: {
      id: true,
      kind: true,
      sha: true,
      width: true,
      height: true,
      caption: true,
      tags: true,
      thumbhash: true,
      text: true,
    },
  });
  const byId = new Map(samples.map((s) => [s.id, s]));
  const yesNo = (x: boolean | string) => (typeof x === "string" ? x : x ? "yes" : "no");
  const receipts: Receipt[] = stored.map((r) => {
    const sample = byId.get(r.item.sampleId);
    const other = byId.get(r.other ?? -1);
    return {
      kind: r.item.kind === "text" ? "text" : "image",
      role: r.item.role ?? "item",
      band: r.item.band ?? null,
      question: r.question ?? null,
      expected: yesNo(r.expected),
      answered: r.answered === null || r.answered === undefined ? null : yesNo(r.answered),
      right: r.right,
      iou: r.union ? (r.intersection ?? 0) / r.union : null,
      image: sample?.kind === "image" ? toImageInfo(sample) : null,
      other: other?.kind === "image" ? toImageInfo(other) : null,
      text: sample?.kind === "text" && !r.tokens ? sample.text : null,
      region: r.region && base && sample ? placedRegion(r.region, base, sample) : null,
      trial: r.trial ?? null,
      said: r.said ?? null,
      picked: r.picked ?? null,
      simulated: r.tokens && r.actual ? { tokens: r.tokens, actual: r.actual, predicted: r.predicted ?? null } : null,
    };
  });
  const rank = (r: Receipt) => (r.right === false ? 0 : r.right === null ? 1 : 2);
  // The images of one trial stay together, in the order in which they were shown.
  if (row.scorer !== "intruder") receipts.sort((a, b) => rank(a) - rank(b) || (a.iou ?? 0) - (b.iou ?? 0));
  const { value, lo, hi, control, n, nMissing } = row;
  return { id, scorer: scoreName(row.scorer), value, lo, hi, control, n, nMissing, receipts };
}

/** A region with where its grid lies on the image. */
function placedRegion(
  region: StoredRegion,
  base: Geometry,
  { width, height }: { width: number | null; height: number | null },
) {
  return { ...region, affine: placeGeometry(base, width ?? 1, height ?? 1).affine };
}
