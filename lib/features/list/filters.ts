import { AppError } from "@/lib/core/errors";
import { type Filters, NUMBER_COLUMNS, type NumberColumn, SORTS, type SortColumn } from "./schema";

/** A closed range of one column; an open end is infinite. */
export interface Range {
  column: NumberColumn;
  lo: number;
  hi: number;
}

/** Values to keep and, written with a leading minus, values to leave out. */
export interface Choice {
  keep: string[];
  drop: string[];
}

/** Features that fire at least this often on image tokens (per token of each modality) count as image features. */
export const MOSTLY = 0.9;

/** "1e-4..1e-2" as numbers. @throws AppError INVALID_INPUT when an end is not a number or the ends are swapped. */
export function parseRange(column: NumberColumn, text: string): Range {
  const at = text.indexOf("..");
  const ends = [text.slice(0, at), text.slice(at + 2)];
  const lo = ends[0] ? Number(ends[0]) : Number.NEGATIVE_INFINITY;
  const hi = ends[1] ? Number(ends[1]) : Number.POSITIVE_INFINITY;
  if (at < 0 || Number.isNaN(lo) || Number.isNaN(hi) || lo > hi) {
    throw new AppError("INVALID_INPUT", `Write ${column} as a range such as ${column}=0.1..0.9; "${text}" is none.`);
  }
  return { column, lo, hi };
}

/** "object,-part" as values to keep and to drop. */
export function parseChoice(text: string | undefined): Choice {
  const values = (text ?? "")
    .split(",")
    .map((v) => v.trim())
    .filter(Boolean);
  return {
    keep: values.filter((v) => !v.startsWith("-")),
    drop: values.filter((v) => v.startsWith("-")).map((v) => v.slice(1)),
  };
}

/** All ranges of a set of filters. */
export function rangesOf(filters: Filters): Range[] {
  const ranges: Range[] = [];
  for (const column of NUMBER_COLUMNS) {
    const text = filters[column];
    if (text && text !== "..") ranges.push(parseRange(column, text));
  }
  return ranges;
}

/** "-detection" as column and direction. @throws AppError UNKNOWN_SORT */
export function parseSort(sort: string): { column: SortColumn; down: boolean } {
  const down = sort.startsWith("-");
  const column = (down ? sort.slice(1) : sort) as SortColumn;
  if (!SORTS.includes(column)) {
    throw new AppError("UNKNOWN_SORT", `Sort by one of ${SORTS.join(", ")}; a leading minus sorts downwards.`);
  }
  return { column, down };
}
