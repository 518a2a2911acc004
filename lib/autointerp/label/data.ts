import { pgPool } from "@/lib/db/client";

/** Words of a label that say what it names; the others say how. */
const WORDS = `ARRAY(SELECT w FROM regexp_split_to_table(lower(e."text"), '[^[:alnum:]]+') w WHERE w <> ''
  AND w <> ALL ('{the,a,an,of,in,word,name,or,with,background,after,text,token}'))`;

/** SQL: the same explainer has come to something newer by other rules or prompts. Of an explanation `e`. */
export const SUPERSEDED = `(e."explainer" <> 'human' AND EXISTS (SELECT 1 FROM "explanations" n
  WHERE n."sae_id" = e."sae_id" AND n."index" = e."index" AND n."explainer" = e."explainer"
    AND n."explainer_model" IS NOT DISTINCT FROM e."explainer_model" AND n."prompt_version" <> e."prompt_version"
    AND n."created_at" > e."created_at" AND n."status" IN ('explained', 'declined')))`;

/**
 * SQL: share of the pairs of a feature's explanations that have no word in common; null with fewer than two. $1 is the SAE.
 * @param index SQL of the feature's number @param counts condition on an explanation `e`
 */
export const pairsApart = (index: string, counts: string): string =>
  `(WITH said AS (SELECT e."id", lower(e."text") AS "text", ${WORDS} AS "words" FROM "explanations" e
    WHERE e."sae_id" = $1 AND e."index" = ${index} AND e."status" = 'explained' AND NOT ${SUPERSEDED} AND ${counts})
  SELECT avg((a."text" <> b."text" AND NOT a."words" && b."words")::int)::real FROM said a JOIN said b ON a."id" < b."id")`;

/** How far a feature's explainers are apart, whatever people have settled since; null with fewer than two explanations. */
export async function explainersApart(saeId: string, index: number): Promise<number | null> {
  const text = `SELECT ${pairsApart("$2", `e."explainer" <> 'human'`)} AS "apart"`;
  const { rows } = await pgPool().query<{ apart: number | null }>(text, [saeId, index]);
  return rows[0]?.apart ?? null;
}
