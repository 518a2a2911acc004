import { describe, expect, it } from "vitest";
import { type Columns, NO_CLUSTER } from "@/lib/features/columns/format";
import { colorBy, HUES, readColorColumn, STEPS } from "./coloring";

const columns = {
  n: 5,
  values: { density: Float32Array.of(0, 1e-6, 1e-3, 1, 0.02), detection: Float32Array.of(0, 1, Number.NaN, 0.5, 0.49) },
  kind: Uint8Array.of(1, 1, 0, 255, 2),
  status: Uint8Array.of(0, 0, 0, 0, 0),
  cluster: Uint16Array.of(0, 7, NO_CLUSTER, 1, 6),
  books: { kind: ["color", "object", "part"], status: ["explained"], flags: [] },
} as unknown as Columns;

describe("colorBy", () => {
  it("spreads a continuous column over its steps, on its own axis", () => {
    const { code, none, ends } = colorBy(columns, "detection", 9);
    expect([...code]).toEqual([0, STEPS - 1, none, STEPS / 2, STEPS / 2 - 1]);
    expect(ends).toEqual({ lo: 0, hi: 1, log: false });
    expect([...colorBy(columns, "density", 9).code].slice(0, 4)).toEqual([0, 0, STEPS / 2, STEPS - 1]);
  });
  it("gives the most frequent values of a category their hues, most frequent first", () => {
    const { code, names } = colorBy(columns, "kind", 9);
    expect(names).toEqual(["object", "color", "part"]);
    expect([...code]).toEqual([0, 0, 1, HUES, 2]);
  });
  it("repeats hues over clusters and leaves what is in none grey", () => {
    expect([...colorBy(columns, "cluster", 9).code]).toEqual([0, 1, HUES, 1, 0]);
  });
  it("falls back to clusters", () => {
    expect(["max", "nonsense", null].map(readColorColumn)).toEqual(["max", "cluster", "cluster"]);
  });
});
