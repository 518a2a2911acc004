import { decodeCursor, encodeCursor } from "@/lib/core/cursor";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { ROW, type Row, toRow } from "@/lib/features/list/data";
import type { Reason, SearchResult } from "../schema";

export interface Ranking {
  /** Query of rows "saeId", "index", "kind", model, sae and "value" of features; larger absolute values come first. */
  scored: Prisma.Sql;
  /** What the ranking depends on: a cursor of another one is refused. */
  identity: object;
  cursor: string | undefined;
  limit: number;
  why: (value: number) => Reason;
}

interface Found extends Row {
  model: string;
  sae: string;
  saeId: string;
  value: number;
}

export type Page = Pick<SearchResult, "items" | "nextCursor" | "total" | "facets">;

/** One page of features by a value, strongest first, with the counts of all. @throws AppError CURSOR_MISMATCH */
export async function rankedPage({ scored, identity, cursor, limit, why }: Ranking): Promise<Page> {
  const after = cursor ? decodeCursor(identity, cursor) : null;
  const beyond = after
    ? Prisma.sql`WHERE (abs("value"), "saeId", "index") < (${Number(after[0])}::float8, ${String(after[1])}, ${Number(after[2])})`
    : Prisma.empty;
  const [answer] = await db().$queryRaw<{ rows: Found[]; counts: { kind: string | null; sae: string; n: number }[] }[]>(
    Prisma.sql`WITH scored AS MATERIALIZED (${scored}),
    page AS (SELECT * FROM scored ${beyond} ORDER BY abs("value") DESC, "saeId" DESC, "index" DESC LIMIT ${limit + 1})
    SELECT
      (SELECT coalesce(json_agg(p ORDER BY abs(p."value") DESC, p."saeId" DESC, p."index" DESC), '[]') FROM (
        SELECT ${ROW}, page."saeId", page.model, page.sae, page."value"
        FROM page JOIN "features" f ON f."sae_id" = page."saeId" AND f."index" = page."index") p) AS "rows",
      (SELECT coalesce(json_agg(c), '[]') FROM (
        SELECT "kind", model || '/' || sae AS sae, count(*) AS n FROM scored GROUP BY 1, 2 ORDER BY 3 DESC) c) AS "counts"`,
  );
  const { rows, counts } = answer as NonNullable<typeof answer>;
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ model, sae, saeId: _, value, ...row }) => ({
      ...toRow(`${model}/${sae}`, row),
      why: [why(value)],
    })),
    nextCursor:
      rows.length > limit && last ? encodeCursor(identity, [Math.abs(last.value), last.saeId, last.index]) : null,
    total: counts.reduce((sum, c) => sum + c.n, 0),
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
