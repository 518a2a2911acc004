import { remember } from "@/lib/core/remember";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { filterSql } from "@/lib/features/list/data";
import type { Filters } from "@/lib/features/list/schema";
import { type Page, rankedPage } from "../ranked/data";
import { scopeSql } from "../scope";
import { embed } from "./embedder";
import { type Meanings, nearestMeanings } from "./vectors";

/** Labels nearest to what was asked whose features are ranked. */
const MOST_TEXTS = 60;
const MOST_RANKED = 400;

/** Labels that have no vector of this embedder yet, at most so many. */
export async function textsWithoutMeaning(embedder: string, most: number): Promise<string[]> {
  const rows = await db().$queryRaw<{ label: string }[]>(
    Prisma.sql`SELECT DISTINCT f."label" FROM "features" f WHERE f."label" IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM "meanings" m WHERE m."embedder" = ${embedder} AND m."text" = f."label") LIMIT ${most}`,
  );
  return rows.map((row) => row.label);
}

const DAY_MS = 24 * 60 * 60 * 1000;
const queriesKept = remember<Int8Array>(DAY_MS, 500);
const meaningsKept = remember<Meanings>(10_000, 2);

async function readMeanings(embedder: string): Promise<Meanings> {
  const rows = await db().meaning.findMany({ where: { embedder }, orderBy: { text: "asc" } });
  const d = rows.at(-1)?.vector.length ?? 0;
  const fitting = rows.filter((row) => row.vector.length === d);
  const data = new Int8Array(fitting.length * d);
  fitting.forEach((row, r) => {
    data.set(new Int8Array(row.vector), r * d);
  });
  return { texts: fitting.map((row) => row.text), data, d };
}

export interface MeaningQuery {
  text: string;
  scope: string | undefined;
  filters: Filters;
  cursor: string | undefined;
  limit: number;
}

/**
 * Features by what their labels mean, nearest to a text first: cosine of the embedder's vectors.
 * @throws AppError EMBEDDER_FAILED, CURSOR_MISMATCH
 */
export async function searchByMeaning(embedder: string, query: MeaningQuery): Promise<Page & { capped: boolean }> {
  const { text, scope, filters, cursor, limit } = query;
  const [meanings, wanted] = await Promise.all([
    meaningsKept(embedder, () => readMeanings(embedder)),
    queriesKept(`${embedder} ${text}`, async () => (await embed([text]))[0] as Int8Array),
  ]);
  const near = wanted.length === meanings.d ? nearestMeanings(meanings, wanted, MOST_TEXTS) : [];
  const scored = Prisma.sql`SELECT f."sae_id" AS "saeId", f."index", f."kind", m."slug" AS model, s."slug" AS sae,
      near."cosine" AS "value"
    FROM unnest(${near.map((n) => n.text)}::text[], ${near.map((n) => n.cosine)}::float8[]) AS near("text", "cosine")
      JOIN "features" f ON fovea_plain(f."label") = fovea_plain(near."text") AND f."label" = near."text"
      JOIN "saes" s ON s."id" = f."sae_id" JOIN "models" m ON m."id" = s."model_id"
    WHERE near."cosine" > 0 AND ${scopeSql(scope)} AND ${filterSql(filters)}
    ORDER BY near."cosine" DESC LIMIT ${MOST_RANKED}`;
  const why = (cosine: number) => ({
    part: "meaning" as const,
    text: `the label means something like it: cosine ${cosine.toFixed(2)}`,
    score: cosine,
  });
  const page = await rankedPage({ scored, identity: { text, embedder, scope, filters }, cursor, limit, why });
  return { ...page, capped: page.total >= MOST_RANKED };
}
