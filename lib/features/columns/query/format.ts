/** The columns by which lists are filtered and sorted without a request, and the address that says how; browser safe. */

/** Columns in [0, 1] are kept in 16 bits. */
export const UNIT = ["imageShare", "crossModal", "detection", "localisation", "human", "disagreement"] as const;
export const WIDE = ["density", "max"] as const;
export const INDEXED = [...WIDE, ...UNIT] as const;
export type Indexed = (typeof INDEXED)[number];

/** What is kept: closed ranges, values of kind and status to keep or drop, flags to drop or ask for. */
export interface ColumnFilters {
  ranges: Partial<Record<Indexed, [lo: number, hi: number]>>;
  kind: { keep: string[]; drop: string[] };
  status: { keep: string[]; drop: string[] };
  flags: { keep: string[]; drop: string[] };
  /** Features that were chosen by number; all where it is left out. */
  only?: ReadonlySet<number>;
}

export interface ColumnSort {
  by: Indexed | "index";
  down: boolean;
}

/** Ends of a column's axis; densities go by their logarithm. */
export function axisOf(column: Indexed, maxValue: number): { lo: number; hi: number; log: boolean } {
  if (column === "density") return { lo: 1e-6, hi: 1, log: true };
  return { lo: 0, hi: column === "max" ? maxValue : 1, log: false };
}

const PARSED = ["index", ...INDEXED] as const;

/**
 * Filters and order of a list's address; null when it asks for what only the database knows: words, labels, and columns that
 * are not in the index.
 */
export function readListQuery(query: URLSearchParams): { filters: ColumnFilters; sort: ColumnSort } | null {
  const sort = query.get("sort") ?? "index";
  const down = sort.startsWith("-");
  const by = (down ? sort.slice(1) : sort) as ColumnSort["by"];
  if (query.get("q")?.trim() || query.get("mean") || query.get("nFiring") || !PARSED.includes(by)) return null;
  const filters: ColumnFilters = {
    ranges: {},
    kind: readChoice(query.get("kind")),
    status: readChoice(query.get("status")),
    flags: readChoice(query.get("flags")),
  };
  for (const column of INDEXED) {
    const [lo = "", hi = ""] = (query.get(column) ?? "..").split("..");
    const range: [number, number] = [
      lo === "" ? Number.NEGATIVE_INFINITY : Number(lo),
      hi === "" ? Number.POSITIVE_INFINITY : Number(hi),
    ];
    if ((lo !== "" || hi !== "") && !range.some(Number.isNaN)) filters.ranges[column] = range;
  }
  const only = query.get("only");
  if (only) filters.only = new Set(only.split(",").map(Number));
  const modality = MODALITIES[query.get("modality") ?? ""];
  if (modality) {
    const [lo, hi] = filters.ranges.imageShare ?? [0, 1];
    filters.ranges.imageShare = [Math.max(lo, modality[0]), Math.min(hi, modality[1])];
    filters.status.drop.push("dead");
  }
  return { filters, sort: { by, down } };
}

/** As the server counts a feature to a modality: nine of ten firings. */
const MODALITIES: Record<string, [number, number]> = { image: [0.9, 1], text: [0, 0.1], both: [0.1, 0.9] };

function readChoice(text: string | null): { keep: string[]; drop: string[] } {
  const values = (text ?? "").split(",").filter(Boolean);
  return {
    keep: values.filter((v) => !v.startsWith("-")),
    drop: values.flatMap((v) => (v.startsWith("-") ? [v.slice(1)] : [])),
  };
}
