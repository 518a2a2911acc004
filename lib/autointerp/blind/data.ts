import { AppError } from "@/lib/core/errors";
import { createRng, freshSeed } from "@/lib/core/rng";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { toImageInfo } from "@/lib/samples/data";
import { type Candidates, choosePair } from "./pair";
import type { BlindTest, NextQuery } from "./schema";

/** Features that are looked at for a pair before an SAE counts as judged. */
const TRIES = 12;

export interface Labelled {
  explanationId: string;
  text: string;
  saeId: string;
  index: number;
  ref: string;
}

/**
 * Explained features in scope that have images held out, those with the fewest answers first, then in a seeded order. Features of
 * words are asked about only by name: their images say little of what they stand for.
 */
async function labelled(scope: string, seed: number): Promise<Labelled[]> {
  const [model, sae, index] = scope.split("/");
  return db().$queryRaw<Labelled[]>(Prisma.sql`
    SELECT e."id" AS "explanationId", e."text", e."sae_id" AS "saeId", e."index",
      m."slug" || '/' || s."slug" || '/' || e."index" AS "ref"
    FROM "models" m JOIN "saes" s ON s."model_id" = m."id" JOIN "explanations" e ON e."sae_id" = s."id"
      JOIN "features" f ON f."sae_id" = e."sae_id" AND f."index" = e."index"
    WHERE m."slug" = ${model} AND s."slug" = ${sae} AND e."is_label" AND e."status" = 'explained'
      AND ${index === undefined ? Prisma.sql`f."image_share" >= 0.5` : Prisma.sql`e."index" = ${Number(index)}`}
      AND EXISTS (SELECT 1 FROM "exemplars" x WHERE x."sae_id" = e."sae_id" AND x."index" = e."index"
        AND x."pool" = 'score' AND x."band" NOT IN ('miss', 'top') AND cardinality(x."tokens") = 0)
    ORDER BY (SELECT count(*) FROM "blind_answers" b WHERE b."explanation_id" = e."id"), md5(${`${seed}/`} || e."index")
    LIMIT ${TRIES}`);
}

/**
 * Held-out images of a feature. Those of the top row, and of the band that is being looked at, are left out. Silent images
 * drawn at random are those that the detection score was measured on: there the codes were looked at.
 */
export async function blindCandidates(saeId: string, index: number, shown: string): Promise<Candidates> {
  const rows = await db().$queryRaw<{ sample: number; band: string; pool: string }[]>(Prisma.sql`
    SELECT x."sample_id" AS "sample", x."band", x."pool" FROM "exemplars" x
    WHERE x."sae_id" = ${saeId} AND x."index" = ${index} AND cardinality(x."tokens") = 0 ORDER BY x."band", x."rank"`);
  const random = await db().$queryRaw<{ sample: number }[]>(Prisma.sql`
    SELECT DISTINCT (r->'item'->>'sampleId')::int AS "sample" FROM "scores" c, jsonb_array_elements(c."receipts") r
    WHERE c."sae_id" = ${saeId} AND c."index" = ${index} AND c."scorer" = 'detection'
      AND r->'item'->>'role' = 'random' AND r->'item'->>'kind' = 'image' ORDER BY 1`);
  const seen = new Set(rows.filter((r) => r.band === "top" || r.band === shown).map((r) => r.sample));
  const fires = new Set(rows.filter((r) => r.band !== "miss").map((r) => r.sample));
  const held = [...new Map(rows.map((r) => [r.sample, r])).values()].filter(
    (r) => r.pool === "score" && !seen.has(r.sample),
  );
  return {
    firing: held.filter((r) => r.band !== "miss").map(({ sample, band }) => ({ sample, band })),
    hard: held.filter((r) => r.band === "miss" && !fires.has(r.sample)).map((r) => r.sample),
    random: random.map((r) => r.sample).filter((sample) => !fires.has(sample) && !seen.has(sample)),
  };
}

/**
 * A pair of images that this person has not judged.
 * @throws AppError NOT_FOUND without an explained feature in scope, NO_PAIR_LEFT when every pair was judged.
 */
export async function nextBlindTest({ in: scope, shown, seed }: NextQuery, person: string): Promise<BlindTest> {
  const drawn = seed ?? freshSeed();
  const features = await labelled(scope, drawn);
  if (features.length === 0) {
    throw new AppError(
      "NOT_FOUND",
      `Nothing in ${scope.slice(0, 140)} is explained and has images that were held out.`,
    );
  }
  for (const { explanationId, saeId, index, text } of features) {
    const [candidates, judged] = await Promise.all([
      blindCandidates(saeId, index, shown),
      db().blindAnswer.findMany({ where: { explanationId, person }, select: { firing: true, silent: true } }),
    ]);
    const done = new Set(judged.map((j) => `${j.firing}.${j.silent}`));
    const pair = choosePair(candidates, done, createRng(drawn, "blind", explanationId));
    if (!pair) continue;
    const order = pair.fires === 0 ? [pair.firing, pair.silent] : [pair.silent, pair.firing];
    const samples = await db().sample.findMany({ where: { id: { in: order }, kind: "image" } });
    const [one, other] = order.map((id) => samples.find((s) => s.id === id));
    if (!one || !other) continue; // removed since
    return { id: `${explanationId}.${order.join(".")}`, explanation: text, images: [nameless(one), nameless(other)] };
  }
  throw new AppError("NO_PAIR_LEFT", "You have judged every pair of images that was held out here.", { status: 409 });
}

/** An image without what would give the answer away. */
function nameless(row: Parameters<typeof toImageInfo>[0]): BlindTest["images"][number] {
  return { ...toImageInfo(row), caption: null, tags: [], alt: "one of two images" };
}

export interface Judged extends Labelled {
  firing: number;
  silent: number;
  role: "hard" | "random";
  fires: 0 | 1;
}

/** The test behind an id, which names an explanation and two samples in the order shown. @throws AppError NOT_FOUND */
export async function findBlindTest(id: string): Promise<Judged> {
  const [explanationId = "", first, second] = id.split(".");
  const row = await db().explanation.findUnique({
    where: { id: explanationId },
    select: { text: true, saeId: true, index: true, status: true },
  });
  const sae =
    row && (await db().sae.findUnique({ where: { id: row.saeId }, include: { model: { select: { slug: true } } } }));
  if (row?.text && sae) {
    const { firing, hard, random } = await blindCandidates(row.saeId, row.index, "top");
    const order = [Number(first), Number(second)];
    const samples = new Set(firing.map((f) => f.sample));
    const fires = order.findIndex((sample) => samples.has(sample));
    const silent = order[1 - fires] as number;
    const role = hard.includes(silent) ? "hard" : random.includes(silent) ? "random" : undefined;
    if (role && (fires === 0 || fires === 1)) {
      const ref = `${sae.model.slug}/${sae.slug}/${row.index}`;
      const feature = { explanationId, text: row.text, saeId: row.saeId, index: row.index, ref };
      return { ...feature, firing: order[fires] as number, silent, role, fires };
    }
  }
  throw new AppError("NOT_FOUND", "This test is no longer there: its evidence was collected anew. Take the next one.");
}
