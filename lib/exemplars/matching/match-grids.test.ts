import { expect, it } from "vitest";
import { matchGrids, type OwnValues, valuesIn } from "@/lib/exemplars/matching/match-grids";
import { pearson } from "@/lib/tensor/correlation";
import { toyImages } from "@/tests/helpers/toy-codes";

it("ranks features of another SAE by the correlation that a dense computation gives", () => {
  const N = 8;
  const CELLS = 6;
  const codes = new Map(toyImages(10, CELLS, N, 11).map((c) => [c.sample, c]));
  const own: OwnValues[] = [0, 3, 7, 42].map((sample) => ({
    sample,
    kind: "image",
    offset: 0,
    values: Float32Array.from({ length: CELLS }, (_, i) => Math.max(0, Math.sin(7 * sample + 3 * i))),
  }));
  const flat = own.flatMap((o) => [...o.values]);
  const expected = Array.from({ length: N }, (_, index) => {
    const other = own.map((o) => valuesIn(codes.get(o.sample), "image", index, CELLS));
    const shared = own.filter((o, i) => o.values.some((v, c) => v > 0 && (other[i]?.[c] ?? 0) > 0)).length;
    return {
      index,
      shared,
      correlation:
        pearson(
          flat,
          other.flatMap((v) => [...v]),
        ) ?? 0,
    };
  })
    .filter((m) => m.correlation > 0 && m.shared > 0)
    .sort((a, b) => b.correlation - a.correlation);
  const found = matchGrids(own, codes, N);
  expect(found.map((m) => [m.index, m.shared])).toEqual(expected.map((m) => [m.index, m.shared]));
  for (const [i, m] of found.entries()) expect(m.correlation).toBeCloseTo(expected[i]?.correlation as number, 6);
  expect(found.length).toBeGreaterThan(2);
});
