import { type Columns, NO_CLUSTER } from "@/lib/features/columns/format";
import { axisOf, INDEXED, type Indexed } from "@/lib/features/columns/query/format";

/** Columns that points can be coloured by, with their words. */
export const COLOR_WORDS = {
  cluster: "cluster",
  kind: "kind",
  status: "status",
  density: "density",
  max: "max",
  detection: "detection",
  localisation: "localisation",
  crossModal: "cross-modal",
  imageShare: "image share",
} as const;
export type ColorColumn = keyof typeof COLOR_WORDS;

/** The column of an address; `cluster` for anything else. */
export function readColorColumn(text: string | null): ColorColumn {
  return text && text in COLOR_WORDS ? (text as ColorColumn) : "cluster";
}

/** Steps of a continuous palette. */
export const STEPS = 24;
/** Hues of a categorical palette; more values than these share the last, which is grey. */
export const HUES = 6;

export interface Coloring {
  /** Step or hue of each feature, [n]; `none` where it has no value. */
  code: Uint8Array;
  /** Code that means "no value", or "other" of a categorical column. */
  none: number;
  /** Words of the hues in order; null for a continuous column. */
  names: string[] | null;
  /** Ends of a continuous column. */
  ends: { lo: number; hi: number; log: boolean } | null;
}

const isIndexed = (column: string): column is Indexed => (INDEXED as readonly string[]).includes(column);

/** What colour each feature of an SAE has by a column. */
export function colorBy(columns: Columns, column: ColorColumn, maxValue: number): Coloring {
  if (isIndexed(column)) return continuous(columns.values[column], axisOf(column, maxValue));
  if (column === "cluster") {
    // Neighbouring clusters differ by number, not by meaning: their names on the map tell them apart.
    const code = Uint8Array.from(columns.cluster, (id) => (id === NO_CLUSTER ? HUES : id % HUES));
    return { code, none: HUES, names: null, ends: null };
  }
  const book = columns.books[column as "kind" | "status"];
  const counts = new Uint32Array(256);
  for (const code of columns[column as "kind" | "status"]) counts[code]!++;
  const ranked = book.map((_, i) => i).sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
  const hue = new Uint8Array(256).fill(HUES);
  ranked.slice(0, HUES).forEach((value, i) => {
    hue[value] = i;
  });
  const code = Uint8Array.from(columns[column as "kind" | "status"], (value) => hue[value] as number);
  return { code, none: HUES, names: ranked.slice(0, HUES).map((i) => book[i] as string), ends: null };
}

function continuous(values: Float32Array, ends: { lo: number; hi: number; log: boolean }): Coloring {
  const { lo, hi, log } = ends;
  const [from, to] = log ? [Math.log(lo), Math.log(hi)] : [lo, hi];
  const code = Uint8Array.from(values, (v) => {
    if (Number.isNaN(v)) return STEPS;
    const t = ((log ? Math.log(Math.max(v, lo)) : v) - from) / (to - from || 1);
    return Math.min(STEPS - 1, Math.max(0, Math.floor(STEPS * t)));
  });
  return { code, none: STEPS, names: null, ends };
}
