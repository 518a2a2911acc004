import { decodeCursor, encodeCursor } from "@/lib/core/cursor";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { filterSql, ROW, type Row, toRow, translatedSql } from "@/lib/features/list/data";
import { searchByEffect } from "./effect/data";
import { searchByMeaning } from "./meaning/data";
import { embedderName } from "./meaning/embedder";
import { facetsOf } from "./ranked/data";
import { reasonsOf, type Signals } from "./reasons";
import type { Hit, SearchQuery, SearchResult } from "./schema";
import { scopeSql } from "./scope";
import { beginning, wordsBeginning, wordsLike, wordsMeant } from "./vocabulary/data";
import { parseWords, type Words } from "./words";

/** Features of one kind of match that are ranked. A word that more of them share is counted as "at least". */
const MOST_RANKED = 400;

interface Found extends Row, Omit<Signals, "meant"> {
  model: string;
  sae: string;
  saeId: string;
  score: number;
}

/** What the database answers, in one row. */
interface Answer {
  rows: Found[];
  counts: { kind: string | null; sae: string; n: number }[];
  capped: boolean;
}

/**
 * Features found by meaning or effect where the query says so, else by words, best first: exact label, beginning, words in the label, in tags, in other explanations, and
 * what a misspelt word may mean. Order: score, then address.
 */
export async function searchFeatures(query: SearchQuery): Promise<SearchResult> {
  const words = parseWords(query.q);
  const { q, in: scope, mode, sign, cursor, limit, ...filters } = query;
  const embedder = embedderName();
  const degraded = (mode === "meaning" || mode === "both") && !embedder ? ("meaning" as const) : null;
  const nothing = { items: [], nextCursor: null, total: 0, capped: false, facets: {}, degraded, suggestions: [] };
  if (words.text === "") return nothing;
  if (mode === "effect") {
    const found = await searchByEffect({ word: words.text, sign, scope, filters, cursor, limit });
    return { ...nothing, ...found, suggestions: found.total === 0 ? await wordsLike(words.text) : [] };
  }
  if (mode === "meaning" && embedder) {
    const found = await searchByMeaning(embedder, { text: words.text, scope, filters, cursor, limit });
    return { ...nothing, ...found };
  }

  const identity = { q: words.text, scope, filters };
  const after = cursor ? decodeCursor(identity, cursor) : null;
  const { wanted, meant } = await wantedBy(words);
  const answer = await answerOf(words, wanted, scope, filterSql(filters), after, limit + 1);
  const total = answer.counts.reduce((sum, c) => sum + c.n, 0);
  if (total === 0) return { ...nothing, suggestions: await wordsLike(words.text) };
  const page = answer.rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => toHit(row, words, meant)),
    nextCursor:
      answer.rows.length > limit && last ? encodeCursor(identity, [last.score, last.saeId, last.index]) : null,
    total,
    capped: answer.capped,
    facets: facetsOf(answer.counts),
    degraded,
    suggestions: [],
  };
}

/** tsqueries: what the words say, and what they may have been meant to say. */
interface Wanted {
  said: Prisma.Sql;
  meant?: Prisma.Sql;
}

/** Each slot by any of its words. */
function anyOf(slots: readonly (readonly string[])[]): Prisma.Sql {
  const slot = (words: readonly string[]) =>
    Prisma.join(
      words.map((w) => Prisma.sql`plainto_tsquery('english', ${w})`),
      " || ",
    );
  return Prisma.sql`(${Prisma.join(
    slots.map((words) => Prisma.sql`(${slot(words)})`),
    " && ",
  )})`;
}

/** What to look for, and the known words that stand in for unknown ones. */
async function wantedBy({ text, words, exact, unfinished }: Words): Promise<{ wanted: Wanted; meant: string[] }> {
  const whole = Prisma.sql`websearch_to_tsquery('english', fovea_plain(${text}))`;
  const last = words.at(-1);
  if (exact || !last) return { wanted: { said: whole }, meant: [] };
  const [endings, meant] = await Promise.all([unfinished ? wordsBeginning(last) : [], wordsMeant(words)]);
  const rest = words.slice(0, -1).map((w) => [w]);
  // Stems cut "frie" and "fries" differently: a beginning is looked up among whole words, which are then stemmed alike.
  const said = endings.length > 0 ? Prisma.sql`(${whole} || ${anyOf([...rest, endings])})` : whole;
  if (endings.length > 0) meant.delete(last);
  if (meant.size === 0) return { wanted: { said }, meant: [] };
  const slots = words.map((w) => (w === last && endings.length > 0 ? endings : (meant.get(w) ?? [w])));
  return { wanted: { said, meant: anyOf(slots) }, meant: [...meant.values()].flat() };
}

/** Features that match in some way, ranked; every arm of the union has its own index and its own limit. */
async function answerOf(
  words: Words,
  { said, meant }: Wanted,
  scope: string | undefined,
  filters: Prisma.Sql,
  after: (string | number | null)[] | null,
  limit: number,
): Promise<Answer> {
  const within = Prisma.sql`${scopeSql(scope)} AND ${filters}`;
  const arm = (condition: Prisma.Sql) =>
    Prisma.sql`(SELECT f."sae_id", f."index" FROM "features" f, q WHERE ${condition} AND ${within} LIMIT ${MOST_RANKED})`;
  const arms = [arm(Prisma.sql`fovea_plain(f."label") = q.plain`), arm(Prisma.sql`f."search_vector" @@ q.said`)];
  if (!words.exact) arms.push(arm(Prisma.sql`fovea_plain(f."label") LIKE ${beginning(words.plain)}`));
  if (meant) arms.push(arm(Prisma.sql`f."search_vector" @@ q.meant`));
  if (words.address) arms.push(arm(Prisma.sql`f."index" = ${words.address.index}`));
  arms.push(arm(translatedSql(Prisma.sql`q.plain`)));
  arms.push(Prisma.sql`(SELECT "sae_id", "index" FROM others)`);
  const sae = words.address?.sae;
  const found = Prisma.sql`SELECT f."sae_id", f."index", f."kind", f."tags",
      ${words.address ? Prisma.sql`f."index" = ${words.address.index} AND ${sae ? Prisma.sql`s."slug" = ${sae}` : Prisma.sql`TRUE`}` : Prisma.sql`FALSE`} AS "isAddress",
      -- "search_text" is the plain label and then the tags.
      coalesce(starts_with(f."search_text", q.plain) AND length(f."label") = length(q.plain), FALSE) AS "isLabel",
      coalesce(starts_with(f."search_text", q.plain) AND length(f."label") >= length(q.plain), FALSE) AS "beginsLabel",
      -- Letter by letter, from the beginning of a word on: "fries" and "fried" have one stem.
      coalesce(position(' ' || q.plain IN ' ' || left(f."search_text", length(f."label"))) > 0, FALSE) AS "literal",
      ts_filter(f."search_vector", '{a}') @@ q.said AS "inLabel",
      ts_filter(f."search_vector", '{b}') @@ q.said AS "inTags",
      position(' ' || q.plain IN ' ' || substr(f."search_text", coalesce(length(f."label"), 0) + 1)) > 0 AS "literalTag",
      others."text" AS "otherText",
      (SELECT json_build_object('language', t.key, 'text', t.value, 'whole', fovea_plain(t.value) = q.plain)
        FROM jsonb_each_text(CASE WHEN jsonb_typeof(f."translations") = 'object' THEN f."translations" ELSE '{}' END) t
        WHERE position(q.plain IN fovea_plain(t.value)) > 0 ORDER BY length(t.value), t.key LIMIT 1) AS "translation",
      coalesce(f."detection", 0) AS "sure", least(1, length(q.plain)::real / greatest(1, length(f."label"))) AS "share",
      m."slug" AS model, s."slug" AS sae
    FROM hits JOIN "features" f ON f."sae_id" = hits."sae_id" AND f."index" = hits."index"
      LEFT JOIN others ON others."sae_id" = hits."sae_id" AND others."index" = hits."index"
      JOIN "saes" s ON s."id" = f."sae_id" JOIN "models" m ON m."id" = s."model_id", q`;
  const beyond = after
    ? Prisma.sql`WHERE "score" < ${Number(after[0])} OR ("score" = ${Number(after[0])} AND ("sae_id", "index") > (${String(after[1])}, ${Number(after[2])}))`
    : Prisma.empty;
  const [answer] = await db().$queryRaw<Answer[]>(Prisma.sql`WITH q AS MATERIALIZED (
      SELECT fovea_plain(${words.text}) AS plain, ${said} AS said, ${meant ?? Prisma.sql`NULL::tsquery`} AS meant),
    others AS MATERIALIZED (
      SELECT DISTINCT ON (f."sae_id", f."index") f."sae_id", f."index", e."text" FROM (
        SELECT e.* FROM "explanations" e, q WHERE NOT e."is_label"
          AND to_tsvector('english', fovea_plain(e."text")) @@ q.said LIMIT ${MOST_RANKED}) e
        JOIN "features" f ON f."sae_id" = e."sae_id" AND f."index" = e."index" WHERE ${within}),
    hits AS MATERIALIZED (${Prisma.join(arms, " UNION ")}),
    scored AS MATERIALIZED (SELECT *, round((CASE
        WHEN "isAddress" THEN 1.1 WHEN "isLabel" OR ("translation"->>'whole')::boolean THEN 1 WHEN "beginsLabel" THEN 0.9
        WHEN "literal" OR "translation" IS NOT NULL THEN 0.8
        WHEN "inTags" AND "literalTag" THEN 0.7 WHEN "inLabel" THEN 0.65 WHEN "inTags" THEN 0.55 WHEN "otherText" IS NOT NULL THEN 0.5 ELSE 0.3 END
        + 0.04 * "sure" + 0.1 * coalesce("share", 0))::numeric, 5)::float8 AS "score" FROM (${found}) found),
    page AS (SELECT * FROM scored ${beyond} ORDER BY "score" DESC, "sae_id", "index" LIMIT ${limit})
    SELECT
      (SELECT coalesce(json_agg(p ORDER BY p."score" DESC, p."saeId", p."index"), '[]') FROM (
        SELECT ${ROW}, f."tags", page."sae_id" AS "saeId", page.model, page.sae, page."score", page."isAddress",
          page."isLabel", page."beginsLabel", page."inLabel", page."translation", page."inTags", page."otherText"
        FROM page JOIN "features" f ON f."sae_id" = page."sae_id" AND f."index" = page."index") p) AS "rows",
      (SELECT coalesce(json_agg(c), '[]') FROM (
        SELECT "kind", model || '/' || sae AS sae, count(*) AS n FROM scored GROUP BY 1, 2 ORDER BY 3 DESC) c) AS "counts",
      (SELECT count(*) >= ${MOST_RANKED} FROM hits) AS "capped"`);
  return answer as Answer;
}

function toHit(found: Found, words: Words, meant: readonly string[]): Hit {
  const {
    model,
    sae,
    saeId: _,
    score: __,
    tags,
    isAddress,
    isLabel,
    beginsLabel,
    inLabel,
    translation,
    inTags,
    otherText,
    ...row
  } = found;
  const signals = { tags, isAddress, isLabel, beginsLabel, inLabel, translation, inTags, otherText, meant };
  return { ...toRow(`${model}/${sae}`, row), why: reasonsOf(signals, words.text) };
}
