import { decodeCursor, encodeCursor } from "@/lib/core/cursor";
import { AppError } from "@/lib/core/errors";
import { createRng } from "@/lib/core/rng";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { stripUrl } from "../data";
import { MOSTLY, parseChoice, parseSort, rangesOf } from "./filters";
import type { FeaturePage, FeatureRow, Filters, ListQuery, SortColumn } from "./schema";

/** Database expression of each column; quoted here once, so that no name from outside reaches SQL. */
const COLUMN: Record<SortColumn, Prisma.Sql> = {
  index: Prisma.sql`f."index"`,
  label: Prisma.sql`lower(f."label")`,
  density: Prisma.sql`f."density"`,
  max: Prisma.sql`f."max"`,
  mean: Prisma.sql`f."mean"`,
  detection: Prisma.sql`f."detection"`,
  localisation: Prisma.sql`f."localisation"`,
  imageShare: Prisma.sql`f."image_share"`,
  crossModal: Prisma.sql`f."cross_modal"`,
  nFiring: Prisma.sql`f."n_firing"`,
};

export interface SaeKey {
  id: string;
  ref: string;
}

/** The id of an SAE by its slugs. @throws AppError NOT_FOUND */
export async function findSae(model: string, sae: string): Promise<SaeKey> {
  const row = await db().sae.findFirst({ where: { slug: sae, model: { slug: model } }, select: { id: true } });
  if (!row) throw new AppError("NOT_FOUND", `There is no SAE ${model}/${sae}.`);
  return { id: row.id, ref: `${model}/${sae}` };
}

type RowFilters = Filters & Pick<ListQuery, "only">;

function whereOf(saeId: string, filters: RowFilters): Prisma.Sql {
  return Prisma.sql`f."sae_id" = ${saeId} AND ${filterSql(filters)}`;
}

/** Conditions on a row `f` of features; TRUE without filters. @throws AppError INVALID_INPUT */
export function filterSql(filters: RowFilters): Prisma.Sql {
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
        : Prisma.sql`f."search_text" LIKE '%' || fovea_plain(${words}) || '%'`,
    );
  }
  return Prisma.join(parts, " AND ");
}

/** Rows strictly after (value, index) in the order; nulls come last in both directions, so they need a branch. */
function afterOf(column: SortColumn, down: boolean, value: string | number | null, index: number): Prisma.Sql {
  const expr = COLUMN[column];
  const step = Prisma.raw(down ? "<" : ">");
  if (column === "index") return Prisma.sql`f."index" ${step} ${index}`;
  const tie = Prisma.sql`f."index" ${step} ${index}`;
  if (value === null) return Prisma.sql`(${expr} IS NULL AND ${tie})`;
  const typed = column === "label" ? Prisma.sql`${String(value)}` : Prisma.sql`${Number(value)}::real`;
  return Prisma.sql`(${expr} ${step} ${typed} OR (${expr} = ${typed} AND ${tie}) OR ${expr} IS NULL)`;
}

function orderOf(column: SortColumn, down: boolean): Prisma.Sql {
  const way = Prisma.raw(down ? "DESC" : "ASC");
  return column === "index"
    ? Prisma.sql`f."index" ${way}`
    : Prisma.sql`${COLUMN[column]} ${way} NULLS LAST, f."index" ${way}`;
}

interface Row extends Omit<FeatureRow, "ref" | "scores"> {
  detection: number | null;
  localisation: number | null;
  key: string | number | null;
}

const ROW = Prisma.sql`f."index", f."label", f."status", f."kind", f."density", f."max", f."a_ref" AS "aRef",
  f."n_firing" AS "nFiring", f."image_share" AS "imageShare", f."cross_modal" AS "crossModal", f."detection",
  f."localisation", f."flags", f."strip"`;

/** The public shape of a row of a list. */
function toRow(saeRef: string, { key: _, detection, localisation, strip, ...row }: Row): FeatureRow {
  return { ref: `${saeRef}/${row.index}`, ...row, scores: { detection, localisation }, strip: stripUrl(strip) };
}

/** One page of the features of an SAE. @throws AppError CURSOR_MISMATCH, UNKNOWN_SORT, INVALID_INPUT */
export async function listFeatures(sae: SaeKey, query: ListQuery): Promise<FeaturePage> {
  const { sort, cursor, limit, facets, ...filters } = query;
  const { column, down } = parseSort(sort);
  const identity = { sae: sae.id, sort, filters };
  const where = whereOf(sae.id, filters);
  let after = Prisma.empty;
  if (cursor) {
    const [value = null, index] = decodeCursor(identity, cursor);
    after = Prisma.sql`AND ${afterOf(column, down, value, Number(index))}`;
  }
  const rowsQuery = Prisma.sql`SELECT ${ROW}, ${COLUMN[column]} AS "key" FROM "features" f
    WHERE ${where} ${after} ORDER BY ${orderOf(column, down)} LIMIT ${limit + 1}`;
  const [rows, counts, counted] = await Promise.all([
    db().$queryRaw<Row[]>(rowsQuery),
    db().$queryRaw<{ n: number }[]>(Prisma.sql`SELECT count(*)::int AS n FROM "features" f WHERE ${where}`),
    countFacets(sae.id, filters, facets),
  ]);
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map((row) => toRow(sae.ref, row)),
    nextCursor: rows.length > limit && last ? encodeCursor(identity, [last.key, last.index]) : null,
    total: counts[0]?.n ?? 0,
    ...(counted ? { facets: counted } : {}),
  };
}

/** How many features have each value of a column, under the other filters. */
async function countFacets(
  saeId: string,
  filters: RowFilters,
  facets: string | undefined,
): Promise<FeaturePage["facets"]> {
  const wanted = parseChoice(facets).keep.filter((name) => name === "kind" || name === "status");
  if (wanted.length === 0) return undefined;
  const counted = await Promise.all(
    wanted.map(async (name) => {
      const column = Prisma.raw(`f."${name}"`);
      const rows = await db().$queryRaw<{ value: string; n: number }[]>(
        Prisma.sql`SELECT ${column} AS value, count(*)::int AS n FROM "features" f
          WHERE ${whereOf(saeId, { ...filters, [name]: undefined })} AND ${column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC`,
      );
      return [name, Object.fromEntries(rows.map((r) => [r.value, r.n]))] as const;
    }),
  );
  return Object.fromEntries(counted);
}

/** The features before and after one in the order of a list, null at its ends. */
export async function adjacentFeatures(
  sae: SaeKey,
  index: number,
  query: Pick<ListQuery, "sort"> & Filters,
): Promise<{ previous: number | null; next: number | null }> {
  const { sort, ...filters } = query;
  const { column, down } = parseSort(sort);
  const at = await db().$queryRaw<{ key: string | number | null }[]>(
    Prisma.sql`SELECT ${COLUMN[column]} AS "key" FROM "features" f WHERE f."sae_id" = ${sae.id} AND f."index" = ${index}`,
  );
  const key = at[0]?.key ?? null;
  const where = whereOf(sae.id, filters);
  const one = (way: Prisma.Sql, order: Prisma.Sql) =>
    db().$queryRaw<{ index: number }[]>(
      Prisma.sql`SELECT f."index" FROM "features" f WHERE ${where} AND ${way} ORDER BY ${order} LIMIT 1`,
    );
  const [next, previous] = await Promise.all([
    one(afterOf(column, down, key, index), orderOf(column, down)),
    one(beforeOf(column, down, key, index), reversed(column, down)),
  ]);
  return { previous: previous[0]?.index ?? null, next: next[0]?.index ?? null };
}

/** Rows strictly before (value, index): as `afterOf` turned round, where rows with a value come before the nulls. */
function beforeOf(column: SortColumn, down: boolean, value: string | number | null, index: number): Prisma.Sql {
  const expr = COLUMN[column];
  const step = Prisma.raw(down ? ">" : "<");
  const tie = Prisma.sql`f."index" ${step} ${index}`;
  if (column === "index") return tie;
  if (value === null) return Prisma.sql`(${expr} IS NOT NULL OR ${tie})`;
  const typed = column === "label" ? Prisma.sql`${String(value)}` : Prisma.sql`${Number(value)}::real`;
  return Prisma.sql`(${expr} ${step} ${typed} OR (${expr} = ${typed} AND ${tie}))`;
}

function reversed(column: SortColumn, down: boolean): Prisma.Sql {
  const way = Prisma.raw(down ? "ASC" : "DESC");
  return column === "index"
    ? Prisma.sql`f."index" ${way}`
    : Prisma.sql`${COLUMN[column]} ${way} NULLS FIRST, f."index" ${way}`;
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
