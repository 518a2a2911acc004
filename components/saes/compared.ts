import type { ComparedSae, SaeGroup } from "@/lib/saes/schema";

/** What is shown of a set of SAEs, as the address has it. */
export interface CompareState {
  /** Refs that are chosen; all of them when the address names none. */
  chosen: readonly string[];
  group: SaeGroup;
  against: "zero" | "mean";
  sort: string;
}

/** A column of figures: how it is read off an SAE, and which end of it is best. */
export interface FigureColumn {
  key: string;
  name: string;
  says: string;
  best: "least" | "most" | null;
  digits: "count" | "share" | "tenth" | "figure";
  of: (sae: ComparedSae) => number | null;
  /** What it was counted on, in words; figures counted on different things are not ranked. */
  n?: (sae: ComparedSae) => string | null;
}

export const GROUPS: readonly SaeGroup[] = ["all", "image", "text"];
export const DEFAULT_SORT = "l0";

/** State out of a query; what is no value of a parameter counts as absent. */
export function compareStateOf(query: URLSearchParams, refs: readonly string[]): CompareState {
  const named = query.getAll("in").filter((ref) => refs.includes(ref));
  const group = GROUPS.find((one) => one === query.get("of")) ?? "all";
  return {
    chosen: named.length > 0 ? named : refs,
    group,
    against: query.get("against") === "mean" ? "mean" : "zero",
    sort: query.get("sort") ?? DEFAULT_SORT,
  };
}

/** The SAEs in the order of a column, `-` before its key for the largest first; those without the figure come last. */
export function sorted(saes: readonly ComparedSae[], columns: readonly FigureColumn[], sort: string): ComparedSae[] {
  const down = sort.startsWith("-");
  const column = columns.find(({ key }) => key === sort.replace(/^-/, ""));
  const byName = (a: ComparedSae, b: ComparedSae) => (a.slug < b.slug ? -1 : 1);
  return [...saes].sort((a, b) => {
    if (!column) return byName(a, b) * (down ? -1 : 1);
    const [x, y] = [column.of(a), column.of(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byName(a, b);
    return (down ? y - x : x - y) || byName(a, b);
  });
}

/**
 * Refs with the best value of a column; none where fewer than two have one, all have the same, or they were counted on
 * different things.
 */
export function bestOf(saes: readonly ComparedSae[], { best, of, n }: FigureColumn): ReadonlySet<string> {
  const known = saes.flatMap((sae) => {
    const value = of(sae);
    return value === null ? [] : [{ ref: sae.ref, value, n: n?.(sae) }];
  });
  const values = known.map(({ value }) => value);
  if (!best || new Set(values).size < 2 || new Set(known.map((one) => one.n)).size > 1) return new Set();
  const top = best === "most" ? Math.max(...values) : Math.min(...values);
  return new Set(known.filter(({ value }) => value === top).map(({ ref }) => ref));
}

/** A point of a Pareto plot. */
export interface ParetoPoint {
  ref: string;
  slug: string;
  architecture: string;
  n: number;
  color: string;
  x: number; // L0
  y: number;
}

/**
 * Points that no other one beats: none has a lower L0 and a y at least as good, or the same L0 and a better y. From the left
 * to the right.
 */
export function paretoFrontier(points: readonly ParetoPoint[], best: "least" | "most"): ParetoPoint[] {
  const sign = best === "most" ? 1 : -1;
  const order = [...points].sort((a, b) => a.x - b.x || sign * (b.y - a.y));
  let top = Number.NEGATIVE_INFINITY;
  return order.filter(({ y }) => {
    if (sign * y <= top) return false;
    top = sign * y;
    return true;
  });
}

const HUES = ["var(--accent)", "var(--warn)", "var(--good)", "var(--bad)", "var(--ink-faint)"];
/** How far the shade of the SAE with the highest L0 goes towards the ink, in per cent. */
const DEEPEST = 62;

/** A colour for each SAE: the hue tells the architecture, the shade its place among those of it by L0. */
export function colorsOf(saes: readonly ComparedSae[]): Map<string, string> {
  const architectures = architecturesOf(saes);
  const colors = new Map<string, string>();
  architectures.forEach((architecture, a) => {
    const own = saes
      .filter((sae) => sae.architecture === architecture)
      .sort((x, y) => (x.figures.all.l0 ?? x.k) - (y.figures.all.l0 ?? y.k) || x.n - y.n || (x.slug < y.slug ? -1 : 1));
    own.forEach(({ ref }, i) => {
      const share = own.length > 1 ? Math.round((DEEPEST * i) / (own.length - 1)) : 0;
      const hue = HUES[a % HUES.length] as string;
      colors.set(ref, share === 0 ? hue : `color-mix(in oklab, ${hue}, var(--ink) ${share}%)`);
    });
  });
  return colors;
}

/** Hue of an architecture, for a legend. */
export function hueOf(architectures: readonly string[], architecture: string): string {
  return HUES[architectures.indexOf(architecture) % HUES.length] as string;
}

export function architecturesOf(saes: readonly ComparedSae[]): string[] {
  return [...new Set(saes.map(({ architecture }) => architecture))].sort();
}
