import { decodeCursor, encodeCursor } from "@/lib/core/cursor";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { filterSql, ROW, type Row, toRow } from "@/lib/features/list/data";
import { reasonsOf, type Signals } from "./reasons";
import type { Hit, SearchQuery, SearchResult } from "./schema";
import { parseWords, type Words } from "./words";

/** Fewer word matches than this, and similar spellings are looked for too. */
const FEW = 5;
/** Least word similarity (pg_trgm) of a misspelling: "frise" and "fries" have 0.5. Short words agree by chance. */
const leastSimilar = (text: string) => (text.length <= 4 ? 0.6 : 0.42);

interface Found extends Row, Signals {
  model: string;
  sae: string;
  sae_id: string;
  score: number;
}

/**
 * Features found by words, best first: exact label, beginning, words in the label, in tags, in other explanations, and
 * similar spellings when little else was found. Order: score, then address.
 */
export async function searchFeatures(query: SearchQuery): Promise<SearchResult> {
  const words = parseWords(query.q);
  const { q, in: scope, mode, cursor, limit, ...filters } = query;
  const degraded = mode === "meaning" || mode === "both" ? ("meaning" as const) : null;
  const none: SearchResult = { items: [], nextCursor: null, total: 0, facets: {}, degraded, suggestions: [] };
  if (words.text === "" || mode === "effect") return none;

  const identity = { q: words.text, scope, filters };
  const where = Prisma.sql`${filterSql(filters)} AND ${scopeSql(scope)}`;
  let matches = matchSql(words, false);
  let counts = await countMatches(words.text, matches, where);
  if (counts.total < FEW && !words.exact) {
    matches = matchSql(words, true);
    counts = await countMatches(words.text, matches, where);
  }
  if (counts.total === 0) return { ...none, suggestions: await suggest(words.text) };
  const after = cursor ? decodeCursor(identity, cursor) : null;
  const rows = await similarly<Found>(words.text, pageSql(words, matches, where, after, limit + 1));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => toHit(row, words)),
    nextCursor: rows.length > limit && last ? encodeCursor(identity, [last.score, last.sae_id, last.index]) : null,
    total: counts.total,
    facets: counts.facets,
    degraded,
    suggestions: [],
  };
}

/** Runs a query under the similarity threshold of this search (a session setting, so inside one transaction). */
async function similarly<T>(text: string, sql: Prisma.Sql): Promise<T[]> {
  const [, rows] = await db().$transaction([
    db().$executeRaw(
      Prisma.sql`SELECT set_config('pg_trgm.word_similarity_threshold', ${String(leastSimilar(text))}, true)`,
    ),
    db().$queryRaw<T[]>(sql),
  ]);
  return rows;
}

function scopeSql(scope: string | undefined): Prisma.Sql {
  const [model, sae] = (scope ?? "").split("/");
  if (!model) return Prisma.sql`TRUE`;
  return sae ? Prisma.sql`m."slug" = ${model} AND s."slug" = ${sae}` : Prisma.sql`m."slug" = ${model}`;
}

function tsquery({ text, prefix }: Words): Prisma.Sql {
  const whole = Prisma.sql`websearch_to_tsquery('english', fovea_plain(${text}))`;
  // The simple configuration keeps a beginning as it was typed; the English one would cut it.
  return prefix ? Prisma.sql`(${whole} || to_tsquery('simple', ${prefix}))` : whole;
}

/** A text that holds the query as the beginning of a word: stems cut "frie" and "fries" differently, letters do not. */
function hasStem({ stem }: Words, text: Prisma.Sql): Prisma.Sql {
  return stem ? Prisma.sql`' ' || fovea_plain(${text}) LIKE '% ' || ${stem} || '%'` : Prisma.sql`FALSE`;
}

/** (sae_id, index) of every feature that may match. Each arm of the union uses its own index. */
function matchSql(words: Words, similar: boolean): Prisma.Sql {
  const arms = [
    Prisma.sql`SELECT "sae_id", "index" FROM "features" WHERE "search_vector" @@ ${tsquery(words)}`,
    Prisma.sql`SELECT "sae_id", "index" FROM "explanations"
      WHERE NOT "is_label" AND to_tsvector('english', fovea_plain("text")) @@ ${tsquery(words)}`,
  ];
  if (words.stem)
    arms.push(
      Prisma.sql`SELECT "sae_id", "index" FROM "features" WHERE "search_text" LIKE '%' || ${words.stem} || '%'`,
    );
  if (words.address)
    arms.push(Prisma.sql`SELECT "sae_id", "index" FROM "features" WHERE "index" = ${words.address.index}`);
  if (similar)
    arms.push(Prisma.sql`SELECT "sae_id", "index" FROM "features" WHERE fovea_plain(${words.text}) <% "search_text"`);
  return Prisma.join(arms, " UNION ");
}

function fromSql(matches: Prisma.Sql, where: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`FROM (${matches}) hit
    JOIN "features" f ON f."sae_id" = hit."sae_id" AND f."index" = hit."index"
    JOIN "saes" s ON s."id" = f."sae_id" JOIN "models" m ON m."id" = s."model_id"
    WHERE ${where}`;
}

async function countMatches(
  text: string,
  matches: Prisma.Sql,
  where: Prisma.Sql,
): Promise<Pick<SearchResult, "total" | "facets">> {
  const rows = await similarly<{ kind: string | null; sae: string; n: number }>(
    text,
    Prisma.sql`SELECT f."kind", m."slug" || '/' || s."slug" AS sae, count(*)::int AS n ${fromSql(matches, where)} GROUP BY 1, 2 ORDER BY 3 DESC`,
  );
  const facets = { kind: {} as Record<string, number>, sae: {} as Record<string, number> };
  let total = 0;
  for (const { kind, sae, n } of rows) {
    total += n;
    if (kind) facets.kind[kind] = (facets.kind[kind] ?? 0) + n;
    facets.sae[sae] = (facets.sae[sae] ?? 0) + n;
  }
  return { total, facets };
}

function pageSql(
  words: Words,
  matches: Prisma.Sql,
  where: Prisma.Sql,
  after: (string | number | null)[] | null,
  limit: number,
): Prisma.Sql {
  const query = tsquery(words);
  const plain = Prisma.sql`fovea_plain(${words.text})`;
  const address = words.address
    ? Prisma.sql`(f."index" = ${words.address.index} AND ${words.address.sae ? Prisma.sql`s."slug" = ${words.address.sae}` : Prisma.sql`TRUE`})`
    : Prisma.sql`FALSE`;
  const found = Prisma.sql`SELECT ${ROW}, f."tags", f."sae_id", m."slug" AS model, s."slug" AS sae, NULL AS "key",
      ${address} AS "isAddress",
      fovea_plain(f."label") = ${plain} AS "isLabel",
      coalesce(starts_with(fovea_plain(f."label"), ${plain}), FALSE) AS "beginsLabel",
      coalesce(to_tsvector('english', fovea_plain(f."label")) @@ ${query} OR ${hasStem(words, Prisma.sql`f."label"`)}, FALSE) AS "inLabel",
      to_tsvector('english', fovea_plain(fovea_words(f."tags"))) @@ ${query} OR ${hasStem(words, Prisma.sql`fovea_words(f."tags")`)} AS "inTags",
      (SELECT e."text" FROM "explanations" e WHERE e."sae_id" = f."sae_id" AND e."index" = f."index" AND NOT e."is_label"
        AND to_tsvector('english', fovea_plain(e."text")) @@ ${query} LIMIT 1) AS "otherText",
      word_similarity(${plain}, f."search_text") AS "likeness"
    ${fromSql(matches, where)}`;
  const scored = Prisma.sql`SELECT *, round((CASE
        WHEN "isAddress" THEN 1.1 WHEN "isLabel" THEN 1 WHEN "beginsLabel" THEN 0.9 WHEN "inLabel" THEN 0.8
        WHEN "inTags" THEN 0.6 WHEN "otherText" IS NOT NULL THEN 0.5 ELSE 0.4 * "likeness" END
        + 0.04 * coalesce("detection", 0) + 0.1 * "likeness")::numeric, 5)::float8 AS "score" FROM (${found}) found`;
  const beyond = after
    ? Prisma.sql`WHERE ("score" < ${Number(after[0])} OR ("score" = ${Number(after[0])} AND ("sae_id", "index") > (${String(after[1])}, ${Number(after[2])})))`
    : Prisma.empty;
  return Prisma.sql`SELECT * FROM (${scored}) scored ${beyond} ORDER BY "score" DESC, "sae_id", "index" LIMIT ${limit}`;
}

function toHit(row: Found, words: Words): Hit {
  const {
    model,
    sae,
    sae_id: _,
    score: __,
    isAddress,
    isLabel,
    beginsLabel,
    inLabel,
    inTags,
    otherText,
    likeness,
    tags,
    ...rest
  } = row;
  const why = reasonsOf(
    { label: rest.label, tags, isAddress, isLabel, beginsLabel, inLabel, inTags, otherText, likeness },
    words.text,
  );
  return { ...toRow(`${model}/${sae}`, rest), why };
}

/** Up to six labels or tags that do occur and look like the text. */
async function suggest(text: string): Promise<string[]> {
  const rows = await db().$queryRaw<{ word: string }[]>(
    Prisma.sql`SELECT word FROM (SELECT DISTINCT "label" AS word FROM "features" WHERE "label" IS NOT NULL LIMIT 20000) labels
      ORDER BY fovea_plain(word) <-> fovea_plain(${text}) LIMIT 6`,
  );
  return rows.map((row) => row.word);
}
