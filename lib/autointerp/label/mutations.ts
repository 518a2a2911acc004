import type { PgClient } from "@/lib/db/copy";
import { MIN_FIRING } from "@/lib/exemplars/schema";
import { FEWEST_ANSWERS } from "../blind/format";
import { pairsApart, SUPERSEDED } from "./data";

/** For minus against, of an explanation by its id. */
const votesOf = (id: string) => `coalesce((SELECT sum(v."value") FROM "votes" v WHERE v."explanation_id" = ${id}), 0)`;

/**
 * The rule of labels, in order: the explanation that a person pinned; else the newest one that a person wrote; else the one with
 * the best detection score; else that of the explainer that weighs most evidence; else the newest. What more people vote against than for comes after all others. Only explanations
 * with a text count, what captions say no longer once the pipeline has weighed it with more, and of an explainer's versions the newest.
 */
const CHOSEN = `SELECT DISTINCT ON (e."index") e.*
  FROM "explanations" e LEFT JOIN "scores" d ON d."explanation_id" = e."id" AND d."scorer" = 'detection'
  WHERE e."sae_id" = $1 AND e."index" = ANY($2) AND e."status" = 'explained'
    AND (e."pinned" OR NOT ${SUPERSEDED})
    AND (e."pinned" OR e."explainer" <> 'captions' OR NOT EXISTS (SELECT 1 FROM "explanations" p WHERE p."sae_id" = $1
      AND p."index" = e."index" AND p."explainer" = 'pipeline' AND p."status" IN ('explained', 'declined')))
  ORDER BY e."index", e."pinned" DESC, ${votesOf('e."id"')} >= 0 DESC,
    CASE WHEN e."explainer" = 'human' THEN e."created_at" END DESC NULLS LAST, d."value" DESC NULLS LAST,
    array_position(ARRAY['endpoint', 'pipeline', 'self', 'paper', 'captions'], e."explainer"), e."created_at" DESC, e."id"`;

/**
 * Share of the pairs of a feature's explanations that have no word in common; null with fewer than two. What people settled is
 * no disagreement: a label that was pinned, written or voted for. What they voted against does not count.
 */
const DISAGREEMENT = `CASE WHEN l."pinned" OR l."explainer" = 'human' OR ${votesOf('l."id"')} > 0 THEN NULL
  ELSE ${pairsApart('f."index"', `${votesOf('e."id"')} >= 0`)} END`;

const MARK = `WITH chosen AS (${CHOSEN})
  UPDATE "explanations" e SET "is_label" = x."wanted"
  FROM (SELECT e."id", e."id" IN (SELECT "id" FROM chosen) AS "wanted" FROM "explanations" e
    WHERE e."sae_id" = $1 AND e."index" = ANY($2)) x
  WHERE e."id" = x."id" AND e."is_label" <> x."wanted"`;

/** What a feature shows of its label, a person's with the kind that was known; without one, how the newest attempt ended. */
const SHOW = `WITH shown AS (
    SELECT f."index", l."text", CASE WHEN l."id" IS NOT NULL THEN coalesce(l."kind", f."kind") END AS "kind", l."translations",
      CASE WHEN l."id" IS NOT NULL THEN 'explained'
        ELSE coalesce((SELECT e."status" FROM "explanations" e WHERE e."sae_id" = $1 AND e."index" = f."index"
            ORDER BY e."status" = 'explained', e."created_at" DESC, e."id" LIMIT 1),
          CASE WHEN f."n_firing" = 0 THEN 'dead' WHEN f."n_firing" < ${MIN_FIRING} THEN 'too_rare' ELSE 'pending' END) END AS "status",
      (SELECT c."value" FROM "scores" c WHERE c."explanation_id" = l."id" AND c."scorer" = 'detection') AS "detection",
      (SELECT c."cross_modal" FROM "scores" c WHERE c."explanation_id" = l."id" AND c."scorer" = 'detection') AS "cross_modal",
      (SELECT c."value" FROM "scores" c WHERE c."explanation_id" = l."id" AND c."scorer" = 'iou') AS "localisation",
      (SELECT c."value" FROM "scores" c WHERE c."explanation_id" = l."id" AND c."scorer" = 'human' AND c."n" >= ${FEWEST_ANSWERS}) AS "human",
      ${DISAGREEMENT} AS "disagreement"
    FROM "features" f LEFT JOIN "explanations" l ON l."sae_id" = $1 AND l."index" = f."index" AND l."is_label"
    WHERE f."sae_id" = $1 AND f."index" = ANY($2))
  UPDATE "features" f SET "label" = s."text", "kind" = s."kind", "translations" = s."translations", "status" = s."status", "detection" = s."detection",
    "cross_modal" = s."cross_modal", "localisation" = s."localisation", "human" = s."human",
    "disagreement" = s."disagreement", "version" = f."version" + 1
  FROM shown s WHERE f."sae_id" = $1 AND f."index" = s."index"
    AND (f."label", f."kind", f."translations", f."status", f."detection", f."cross_modal", f."localisation", f."human", f."disagreement") IS DISTINCT FROM
        (s."text", s."kind", s."translations", s."status", s."detection", s."cross_modal", s."localisation", s."human", s."disagreement")`;

const COUNT = `UPDATE "saes" SET "n_explained" =
    (SELECT count(*) FROM "features" WHERE "sae_id" = $1 AND "status" = 'explained')
  WHERE "id" = $1`;

/**
 * Chooses the labels of some features anew and copies text, kind and scores of each to its feature, where lists and searches
 * read them (the search vector is made from the label by the database). To be called by whoever writes an explanation, a pin
 * or a score, in the same transaction.
 */
export async function settleLabels(client: PgClient, saeId: string, indices: readonly number[]): Promise<void> {
  const features = [saeId, [...new Set(indices)]];
  await client.query(MARK, features);
  await client.query(SHOW, features);
  await client.query(COUNT, [saeId]);
}
