import { Prisma } from "@/lib/db/generated/client";
import type { SortColumn } from "./schema";

/** Database expression of each column; quoted here once, so that no name from outside reaches SQL. */
export const COLUMN: Record<SortColumn, Prisma.Sql> = {
  index: Prisma.sql`f."index"`,
  label: Prisma.sql`lower(f."label")`,
  density: Prisma.sql`f."density"`,
  max: Prisma.sql`f."max"`,
  mean: Prisma.sql`f."mean"`,
  detection: Prisma.sql`f."detection"`,
  localisation: Prisma.sql`f."localisation"`,
  human: Prisma.sql`f."human"`,
  disagreement: Prisma.sql`f."disagreement"`,
  imageShare: Prisma.sql`f."image_share"`,
  crossModal: Prisma.sql`f."cross_modal"`,
  nFiring: Prisma.sql`f."n_firing"`,
};

/** Columns that may be empty; empty values come last in both directions. */
const NULLABLE: ReadonlySet<SortColumn> = new Set([
  "label",
  "detection",
  "localisation",
  "human",
  "disagreement",
  "crossModal",
]);

/** A place in a list: the value of the sort column and the index that breaks ties. */
export interface Place {
  value: string | number | null;
  index: number;
}

export interface Walk {
  column: SortColumn;
  down: boolean;
  /** Start behind this place; from the beginning (or the end, backwards) without one. */
  from?: Place;
  /** Against the order of the list, nearest first. */
  backwards?: boolean;
  limit: number;
}

/**
 * Rows of `features f` that pass `where`, in order from a place on. Filled and empty values are walked apart, each as a
 * plain range, so that an index on (sae_id, column, index) answers without sorting or skipping.
 */
export function walkSql(select: Prisma.Sql, where: Prisma.Sql, walk: Walk): Prisma.Sql {
  const { column, from, backwards = false, limit } = walk;
  const descending = walk.down !== backwards;
  const way = Prisma.raw(descending ? "DESC" : "ASC");
  const step = Prisma.raw(descending ? "<" : ">");
  const expr = COLUMN[column];
  const arm = (condition: Prisma.Sql, order: Prisma.Sql) =>
    Prisma.sql`(SELECT ${select} FROM "features" f WHERE ${where} AND ${condition} ORDER BY ${order} LIMIT ${limit})`;
  const byIndex = Prisma.sql`f."index" ${way}`;
  const behindIndex = from ? Prisma.sql`f."index" ${step} ${from.index}` : Prisma.sql`TRUE`;
  if (column === "index") return arm(behindIndex, byIndex);

  const inEmpty = from?.value === null;
  const typed = column === "label" ? Prisma.sql`${String(from?.value)}` : Prisma.sql`${Number(from?.value)}::real`;
  const behind =
    from && !inEmpty ? Prisma.sql`(${expr}, f."index") ${step} (${typed}, ${from.index})` : Prisma.sql`TRUE`;
  if (!NULLABLE.has(column)) return arm(behind, Prisma.sql`${expr} ${way}, ${byIndex}`);

  const nulls = Prisma.raw(backwards ? "NULLS FIRST" : "NULLS LAST");
  const filled = arm(Prisma.sql`${expr} IS NOT NULL AND ${behind}`, Prisma.sql`${expr} ${way} ${nulls}, ${byIndex}`);
  const empty = arm(Prisma.sql`${expr} IS NULL AND ${inEmpty ? behindIndex : Prisma.sql`TRUE`}`, byIndex);
  const arms = backwards ? (inEmpty ? [empty, filled] : [filled]) : inEmpty ? [empty] : [filled, empty];
  return arms.length === 1 ? (arms[0] as Prisma.Sql) : Prisma.sql`${Prisma.join(arms, " UNION ALL ")} LIMIT ${limit}`;
}
