import { Prisma } from "@/lib/db/generated/client";
import { filterSql } from "@/lib/features/list/data";
import type { Filters } from "@/lib/features/list/schema";
import { type Page, rankedPage } from "../ranked/data";
import { scopeSql } from "../scope";

/** Features of one word that are ranked. */
const MOST_RANKED = 1000;

export interface EffectQuery {
  word: string;
  /** Features that make the word likelier, or less likely. */
  sign: "up" | "down";
  scope: string | undefined;
  filters: Filters;
  cursor: string | undefined;
  limit: number;
}

/**
 * Features by how much their direction changes the logit of a word (decoder row times unembedding), strongest first. A
 * feature is found by the ten tokens that it changes most; beginnings of words and spaces count as the word itself.
 */
export async function searchByEffect(query: EffectQuery): Promise<Page & { capped: boolean }> {
  const { word, sign, scope, filters, cursor, limit } = query;
  const mark = sign === "up" ? "+" : "-";
  const scored = Prisma.sql`SELECT f."sae_id" AS "saeId", f."index", f."kind", m."slug" AS model, s."slug" AS sae,
      (SELECT (e->>1)::float8 FROM jsonb_array_elements(f."logits"->${sign}) e
        WHERE fovea_token(e->>0) = fovea_plain(${word}) ORDER BY abs((e->>1)::float8) DESC LIMIT 1) AS "value"
    FROM "features" f JOIN "saes" s ON s."id" = f."sae_id" JOIN "models" m ON m."id" = s."model_id"
    WHERE fovea_effects(f."logits") @> ARRAY[${mark} || fovea_plain(${word})] AND ${scopeSql(scope)} AND ${filterSql(filters)}
    LIMIT ${MOST_RANKED}`;
  const why = (effect: number) => ({
    part: "effect" as const,
    text: `${effect > 0 ? "raises" : "lowers"} “${word}” by ${Math.abs(effect).toFixed(2)}`,
    score: effect,
  });
  const page = await rankedPage({ scored, identity: { word, sign, scope, filters }, cursor, limit, why });
  return { ...page, capped: page.total >= MOST_RANKED };
}
