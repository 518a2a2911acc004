import { decodeCursor, encodeCursor } from "@/lib/core/cursor";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { filterSql, ROW, type Row, toRow } from "@/lib/features/list/data";
import type { Filters } from "@/lib/features/list/schema";
import type { SearchResult } from "../schema";
import { scopeSql } from "../scope";

/** Features of one word that are ranked. */
const MOST_RANKED = 1000;

interface Found extends Row {
  model: string;
  sae: string;
  saeId: string;
  effect: number;
}

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
export async function searchByEffect(
  query: EffectQuery,
): Promise<Pick<SearchResult, "items" | "nextCursor" | "total" | "capped" | "facets">> {
  const { word, sign, scope, filters, cursor, limit } = query;
  const identity = { word, sign, scope, filters };
  const after = cursor ? decodeCursor(identity, cursor) : null;
  const mark = sign === "up" ? "+" : "-";
  const beyond = after
    ? Prisma.sql`WHERE (abs("effect"), "saeId", "index") < (${Number(after[0])}::float8, ${String(after[1])}, ${Number(after[2])})`
    : Prisma.empty;
  const [answer] = await db().$queryRaw<{ rows: Found[]; counts: { kind: string | null; sae: string; n: number }[] }[]>(
    Prisma.sql`WITH scored AS MATERIALIZED (
      SELECT f."sae_id" AS "saeId", f."index", f."kind", m."slug" AS model, s."slug" AS sae,
        (SELECT (e->>1)::float8 FROM jsonb_array_elements(f."logits"->${sign}) e
          WHERE fovea_token(e->>0) = fovea_plain(${word}) ORDER BY abs((e->>1)::float8) DESC LIMIT 1) AS "effect"
      FROM "features" f JOIN "saes" s ON s."id" = f."sae_id" JOIN "models" m ON m."id" = s."model_id"
      WHERE fovea_effects(f."logits") @> ARRAY[${mark} || fovea_plain(${word})] AND ${scopeSql(scope)} AND ${filterSql(filters)}
      LIMIT ${MOST_RANKED}),
    page AS (SELECT * FROM scored ${beyond} ORDER BY abs("effect") DESC, "saeId" DESC, "index" DESC LIMIT ${limit + 1})
    SELECT
      (SELECT coalesce(json_agg(p ORDER BY abs(p."effect") DESC, p."saeId" DESC, p."index" DESC), '[]') FROM (
        SELECT ${ROW}, page."saeId", page.model, page.sae, page."effect"
        FROM page JOIN "features" f ON f."sae_id" = page."saeId" AND f."index" = page."index") p) AS "rows",
      (SELECT coalesce(json_agg(c), '[]') FROM (
        SELECT "kind", model || '/' || sae AS sae, count(*) AS n FROM scored GROUP BY 1, 2 ORDER BY 3 DESC) c) AS "counts"`,
  );
  const { rows, counts } = answer as NonNullable<typeof answer>;
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const total = counts.reduce((sum, c) => sum + c.n, 0);
  return {
    items: page.map(({ model, sae, saeId: _, effect, ...row }) => ({
      ...toRow(`${model}/${sae}`, row),
      why: [
        {
          part: "effect" as const,
          text: `${effect > 0 ? "raises" : "lowers"} “${word}” by ${Math.abs(effect).toFixed(2)}`,
          score: effect,
        },
      ],
    })),
    nextCursor:
      rows.length > limit && last ? encodeCursor(identity, [Math.abs(last.effect), last.saeId, last.index]) : null,
    total,
    capped: total >= MOST_RANKED,
    facets: facetsOf(counts),
  };
}

/** Counts by kind and by SAE. */
export function facetsOf(counts: readonly { kind: string | null; sae: string; n: number }[]): SearchResult["facets"] {
  const facets = { kind: {} as Record<string, number>, sae: {} as Record<string, number> };
  for (const { kind, sae, n } of counts) {
    if (kind) facets.kind[kind] = (facets.kind[kind] ?? 0) + n;
    facets.sae[sae] = (facets.sae[sae] ?? 0) + n;
  }
  return facets;
}
