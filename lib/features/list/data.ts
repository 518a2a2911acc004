import { explainersApart, SUPERSEDED } from "@/lib/autointerp/label/data";
import { decodeCursor, encodeCursor } from "@/lib/core/cursor";
import { AppError } from "@/lib/core/errors";
import { remember } from "@/lib/core/remember";
import { createRng } from "@/lib/core/rng";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { stripUrl } from "../data";
import { translated } from "../explanations/data";
import { MOSTLY, parseChoice, parseSort, rangesOf } from "./filters";
import { COLUMN, walkSql } from "./order";
import type { FeaturePage, FeatureRow, Filters, ListQuery } from "./schema";

export interface SaeKey {
  id: string;
  ref: string;
  /** Features it has. */
  n: number;
}

/** The id of an SAE by its slugs. @throws AppError NOT_FOUND */
export async function findSae(model: string, sae: string): Promise<SaeKey> {
  const row = await db().sae.findFirst({ where: { slug: sae, model: { slug: model } }, select: { id: true, n: true } });
  if (!row) throw new AppError("NOT_FOUND", `There is no SAE ${model}/${sae}.`);
  return { ...row, ref: `${model}/${sae}` };
}

function whereOf(saeId: string, filters: Filters): Prisma.Sql {
  return Prisma.sql`f."sae_id" = ${saeId} AND ${filterSql(filters)}`;
}

/** Conditions on a row `f` of features; TRUE without filters. @throws AppError INVALID_INPUT */
export function filterSql(filters: Filters): Prisma.Sql {
  const parts = [Prisma.sql`TRUE`];
  if (filters.only) parts.push(Prisma.sql`f."index" = ANY(${filters.only}::int[])`);
  for (const { column, lo, hi } of rangesOf(filters)) {
    if (Number.isFinite(lo)) parts.push(Prisma.sql`${COLUMN[column]} >= ${lo}::real`);
    if (Number.isFinite(hi)) parts.push(Prisma.sql`${COLUMN[column]} <= ${hi}::real`);
  }
  for (const [column, text] of [
    ["kind", filters.kind],
    ["status", filters.status],
  ] as const) {
    const { keep, drop } = parseChoice(text);
    const name = Prisma.raw(`f."${column}"`);
    if (keep.length > 0) parts.push(Prisma.sql`${name} = ANY(${keep})`);
    if (drop.length > 0) parts.push(Prisma.sql`coalesce(${name}, '') <> ALL(${drop})`);
  }
  const flags = parseChoice(filters.flags);
  if (flags.keep.length > 0) parts.push(Prisma.sql`f."flags" && ${flags.keep}`);
  if (flags.drop.length > 0) parts.push(Prisma.sql`NOT f."flags" && ${flags.drop}`);
  if (filters.modality && filters.modality !== "auto") {
    const ranges = { image: [MOSTLY, 1], text: [0, 1 - MOSTLY], both: [1 - MOSTLY, MOSTLY] } as const;
    const [lo, hi] = ranges[filters.modality];
    parts.push(Prisma.sql`f."image_share" BETWEEN ${lo}::real AND ${hi}::real AND f."status" <> 'dead'`);
  }
  const words = filters.q?.trim();
  if (words) {
    parts.push(
      /^#?\d+$/.test(words)
        ? Prisma.sql`f."index" = ${Number(words.replace("#", ""))}`
        : Prisma.sql`(f."search_text" LIKE '%' || fovea_plain(${words}) || '%' OR ${translatedSql(Prisma.sql`fovea_plain(${words})`)})`,
    );
  }
  return Prisma.join(parts, " AND ");
}

/** True of a row `f` of features whose label in another language holds a text. @param plain the text as `fovea_plain` makes it */
export function translatedSql(plain: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(f."translations" IS NOT NULL AND fovea_letters(fovea_translated(f."translations")) @> fovea_letters(${plain})
    AND position(${plain} IN fovea_translated(f."translations")) > 0)`;
}

interface Row extends Omit<FeatureRow, "ref" | "scores" | "translations" | "said"> {
  translations: unknown;
  said?: FeatureRow["said"] | null;
  detection: number | null;
  localisation: number | null;
  human: number | null;
  key: string | number | null;
}

const ROW = Prisma.sql`f."index", f."label", f."translations", f."status", f."kind", f."density", f."max", f."a_ref" AS "aRef",
  f."n_firing" AS "nFiring", f."image_share" AS "imageShare", f."cross_modal" AS "crossModal", f."detection",
  f."localisation", f."human", f."flags", f."strip"`;

/** The public shape of a row of a list. */
function toRow(saeRef: string, stored: Row): FeatureRow {
  const { key: _, detection, localisation, human, strip, translations, said, ...row } = stored;
  return {
    ref: `${saeRef}/${row.index}`,
    ...row,
    ...translated(translations),
    ...(said ? { said } : {}),
    scores: { detection, localisation, human },
    strip: stripUrl(strip),
  };
}

/** What explainers say of a row `f` of features, the label first; of an explainer's versions the newest. */
const SAID = Prisma.sql`(SELECT json_agg(json_strip_nulls(json_build_object('explainer', e."explainer", 'text', e."text",
    'translations', e."translations")) ORDER BY e."is_label" DESC, e."created_at" DESC) FROM "explanations" e
  WHERE e."sae_id" = f."sae_id" AND e."index" = f."index" AND e."status" = 'explained'
    AND (e."is_label" OR NOT ${Prisma.raw(SUPERSEDED)})) AS "said"`;

/** One page of the features of an SAE. @throws AppError CURSOR_MISMATCH, UNKNOWN_SORT, INVALID_INPUT */
export async function listFeatures(sae: Pick<SaeKey, "id" | "ref">, query: ListQuery): Promise<FeaturePage> {
  const { sort, cursor, limit, facets, said, ...filters } = query;
  const { column, down } = parseSort(sort);
  const identity = { sae: sae.id, sort, filters };
  const where = whereOf(sae.id, filters);
  const [value = null, index] = cursor ? decodeCursor(identity, cursor) : [];
  const from = cursor ? { value, index: Number(index) } : undefined;
  const select = Prisma.sql`${ROW}, ${COLUMN[column]} AS "key"${said ? Prisma.sql`, ${SAID}` : Prisma.empty}`;
  const [rows, { total, counted }] = await Promise.all([
    db().$queryRaw<Row[]>(walkSql(select, where, { column, down, from, limit: limit + 1 })),
    Object.values(filters).every((filter) => filter === undefined)
      ? countAll(sae.id, facets)
      : countSome(sae.id, filters, facets),
  ]);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => toRow(sae.ref, row)),
    nextCursor: rows.length > limit && last ? encodeCursor(identity, [last.key, last.index]) : null,
    total,
    ...(counted ? { facets: counted } : {}),
  };
}

interface Counts {
  total: number;
  counted: FeaturePage["facets"];
}

const FACETS = ["kind", "status"] as const;
const facetsAsked = (facets: string | undefined) => FACETS.filter((name) => parseChoice(facets).keep.includes(name));

/** Counts of a whole SAE are the same for everybody: they are found out once in a while. */
const countsKept = remember<Record<(typeof FACETS)[number], Record<string, number>>>(10_000);

async function countAll(saeId: string, facets: string | undefined): Promise<Counts> {
  const all = await countsKept(saeId, async () => ({
    kind: await countValues(saeId, {}, "kind"),
    status: await countValues(saeId, {}, "status"),
  }));
  const total = Object.values(all.status).reduce((sum, n) => sum + n, 0);
  const asked = facetsAsked(facets);
  return { total, counted: asked.length > 0 ? Object.fromEntries(asked.map((name) => [name, all[name]])) : undefined };
}

async function countSome(saeId: string, filters: Filters, facets: string | undefined): Promise<Counts> {
  const asked = facetsAsked(facets);
  const [counts, ...values] = await Promise.all([
    db().$queryRaw<{ n: number }[]>(
      Prisma.sql`SELECT count(*)::int AS n FROM "features" f WHERE ${whereOf(saeId, filters)}`,
    ),
    ...asked.map((name) => countValues(saeId, { ...filters, [name]: undefined }, name)),
  ]);
  const counted = asked.length > 0 ? Object.fromEntries(asked.map((name, i) => [name, values[i] ?? {}])) : undefined;
  return { total: counts[0]?.n ?? 0, counted };
}

/** How many features have each value of a column. */
async function countValues(
  saeId: string,
  filters: Filters,
  name: (typeof FACETS)[number],
): Promise<Record<string, number>> {
  const column = Prisma.raw(`f."${name}"`);
  const rows = await db().$queryRaw<{ value: string; n: number }[]>(
    Prisma.sql`SELECT ${column} AS value, count(*)::int AS n FROM "features" f
      WHERE ${whereOf(saeId, filters)} AND ${column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC`,
  );
  return Object.fromEntries(rows.map((r) => [r.value, r.n]));
}

/** The features before and after one in the order of a list, null at its ends. */
export async function adjacentFeatures(
  sae: Pick<SaeKey, "id">,
  index: number,
  query: Pick<ListQuery, "sort"> & Filters,
): Promise<{ previous: number | null; next: number | null }> {
  const { sort, ...filters } = query;
  const { column, down } = parseSort(sort);
  const at = await db().$queryRaw<{ key: string | number | null }[]>(
    Prisma.sql`SELECT ${COLUMN[column]} AS "key" FROM "features" f WHERE f."sae_id" = ${sae.id} AND f."index" = ${index}`,
  );
  let value = at[0]?.key ?? null;
  // What has just been settled stands where it stood in the queue, so that one can go on from it.
  if (column === "disagreement" && !value) value = (await explainersApart(sae.id, index)) ?? value;
  const from = { value, index };
  const where = whereOf(sae.id, filters);
  const one = (backwards: boolean) =>
    db().$queryRaw<{ index: number }[]>(
      walkSql(Prisma.sql`f."index"`, where, { column, down, from, backwards, limit: 1 }),
    );
  const [next, previous] = await Promise.all([one(false), one(true)]);
  return { previous: previous[0]?.index ?? null, next: next[0]?.index ?? null };
}

/**
 * Live features that pass the filters, uniformly and without repeats.
 * @param seed makes the choice repeatable.
 */
export async function randomFeatures(sae: SaeKey, filters: Filters, n: number, seed: number): Promise<number[]> {
  const where = Prisma.sql`${whereOf(sae.id, filters)} AND f."n_firing" > 0 AND f."status" NOT IN ('dead', 'too_rare')`;
  const counts = await db().$queryRaw<{ n: number }[]>(
    Prisma.sql`SELECT count(*)::int AS n FROM "features" f WHERE ${where}`,
  );
  const total = counts[0]?.n ?? 0;
  if (total === 0) throw new AppError("NOT_FOUND", "No live feature passes these filters: relax one.");
  const rng = createRng(seed, "random-feature", sae.id);
  const offsets = new Set<number>();
  while (offsets.size < Math.min(n, total)) offsets.add(rng.int(total));
  const picked = await Promise.all(
    [...offsets].map((offset) =>
      db().$queryRaw<{ index: number }[]>(
        Prisma.sql`SELECT f."index" FROM "features" f WHERE ${where} ORDER BY f."index" OFFSET ${offset} LIMIT 1`,
      ),
    ),
  );
  return picked.flatMap((rows) => (rows[0] ? [rows[0].index] : []));
}

export { ROW, type Row, toRow };
