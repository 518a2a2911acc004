import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { BINS, ColumnIndex, type Columns, unitCode } from "./format";
import { axisOf, type ColumnFilters, INDEXED, type Indexed } from "./query/format";

const books = { kind: ["object", "color"], status: ["explained", "dead"], flags: ["position", "always_on"] };

function make(seed: number, n = 300): Columns {
  const rng = createRng(seed, "columns");
  const unit = (none: number) =>
    Float32Array.from({ length: n }, () => (rng.chance(none) ? Number.NaN : rng.int(20) / 20));
  return {
    n,
    values: {
      density: Float32Array.from({ length: n }, () => (rng.chance(0.1) ? 0 : 10 ** rng.range(-6, 0))),
      max: Float32Array.from({ length: n }, () => rng.range(0, 9)),
      imageShare: unit(0),
      crossModal: unit(0.6),
      detection: unit(0.3),
      localisation: unit(0.5),
      human: unit(1),
      disagreement: unit(1),
    },
    kind: Uint8Array.from({ length: n }, () => (rng.chance(0.2) ? 255 : rng.int(2))),
    status: Uint8Array.from({ length: n }, () => rng.int(2)),
    flags: Uint8Array.from({ length: n }, () => rng.int(4)),
    x: new Float32Array(n),
    y: new Float32Array(n),
    cluster: new Uint16Array(n),
    books,
  };
}

const none = { keep: [], drop: [] };

/** Whether feature i passes every filter but that of `except`, one by one. */
function passes(c: Columns, f: ColumnFilters, i: number, except?: string): boolean {
  const chosen = (book: string[], code: number, { keep, drop }: { keep: string[]; drop: string[] }) => {
    const value = book[code];
    return (keep.length === 0 || (value !== undefined && keep.includes(value))) && !drop.includes(value ?? "");
  };
  if (f.only && !f.only.has(i)) return false;
  if (except !== "kind" && !chosen(books.kind, c.kind[i]!, f.kind)) return false;
  if (except !== "status" && !chosen(books.status, c.status[i]!, f.status)) return false;
  const own = books.flags.filter((_, b) => (c.flags[i]! >> b) & 1);
  if (own.some((flag) => f.flags.drop.includes(flag))) return false;
  if (f.flags.keep.length > 0 && !own.some((flag) => f.flags.keep.includes(flag))) return false;
  return INDEXED.every((column) => {
    const range = f.ranges[column];
    return column === except || !range || (c.values[column][i]! >= range[0] && c.values[column][i]! <= range[1]);
  });
}

const FILTERS: ColumnFilters[] = [
  { ranges: {}, kind: none, status: none, flags: none },
  { ranges: { detection: [0.5, 1] }, kind: none, status: none, flags: none },
  { ranges: { density: [1e-4, 0.1], max: [2, 8] }, kind: { keep: ["color"], drop: [] }, status: none, flags: none },
  {
    ranges: { crossModal: [0, 0.5] },
    kind: none,
    status: { keep: [], drop: ["dead"] },
    flags: { keep: [], drop: ["position"] },
  },
  { ranges: {}, kind: none, status: none, flags: { keep: ["always_on"], drop: [] } },
  { ranges: { max: [1, 6] }, kind: none, status: none, flags: none, only: new Set([0, 7, 41, 42, 43, 299]) },
];

describe("ColumnIndex", () => {
  it("keeps what passes, counts every column under the other filters, as one by one", () => {
    for (let seed = 0; seed < 6; seed++) {
      const columns = make(seed);
      const index = new ColumnIndex(columns);
      for (const filters of FILTERS) {
        const { order, histograms, counts } = index.select(filters, { by: "index", down: false });
        const all = Array.from({ length: columns.n }, (_, i) => i);
        expect([...order]).toEqual(all.filter((i) => passes(columns, filters, i)));
        for (const column of INDEXED) {
          const own = all.filter(
            (i) => passes(columns, filters, i, column) && !Number.isNaN(columns.values[column][i]!),
          );
          expect(histograms[column].reduce((a, b) => a + b, 0)).toBe(own.length);
        }
        const byKind = all.filter((i) => passes(columns, filters, i, "kind") && columns.kind[i] === 1).length;
        expect(counts.kind.color ?? 0).toBe(byKind);
      }
    }
  });

  it("sorts with none last and ties by index, both ways", () => {
    const columns = make(9);
    columns.values.detection.set([-0.25, 0, -0, -0.5], 20);
    const index = new ColumnIndex(columns);
    for (const by of ["detection", "density", "crossModal"] as Indexed[]) {
      for (const down of [false, true]) {
        const order = [...index.select(FILTERS[0]!, { by, down }).order];
        const value = (i: number) => columns.values[by][i]!;
        const filled = order.filter((i) => !Number.isNaN(value(i)));
        expect(order.slice(0, filled.length)).toEqual(filled);
        const expected = [...filled].sort((a, b) =>
          down ? value(b) - value(a) || b - a : value(a) - value(b) || a - b,
        );
        expect(filled).toEqual(expected);
        const rest = order.slice(filled.length);
        expect(rest).toEqual([...rest].sort((a, b) => (down ? b - a : a - b)));
      }
    }
  });

  it("keeps a value that equals a bound, although values in [0, 1] are kept in 16 bits", () => {
    const columns = make(3, 101);
    columns.values.detection = Float32Array.from({ length: 101 }, (_, i) => unitCode(i / 100) / 65534);
    columns.values.density = Float32Array.from({ length: 101 }, (_, i) => i / 100);
    const index = new ColumnIndex(columns);
    for (let lo = 0; lo <= 100; lo++) {
      for (const name of ["detection", "density"] as const) {
        const hi = Math.min(100, lo + 7);
        const filters = { ...(FILTERS[0] as ColumnFilters), ranges: { [name]: [lo / 100, hi / 100] } } as ColumnFilters;
        const { order } = index.select(filters, { by: "index", down: false });
        expect([...order]).toEqual(Array.from({ length: hi - lo + 1 }, (_, i) => lo + i));
      }
    }
  });

  it("puts the ends of an axis into its outer bins", () => {
    const columns = make(1, 3);
    columns.values.density.set([0, 1e-6, 1]);
    const { histograms } = new ColumnIndex(columns).select(FILTERS[0]!, { by: "index", down: false });
    expect([histograms.density[0], histograms.density[BINS - 1]]).toEqual([2, 1]);
    expect(axisOf("max", 7)).toEqual({ lo: 0, hi: 7, log: false });
  });
});
