import fc from "fast-check";
import { expect, test } from "vitest";
import { roundTicks } from "./chart-look";

test("ticks are round numbers around what is shown", () => {
  expect(roundTicks(-0.35, 1.84)).toEqual([-0.5, 0, 0.5, 1, 1.5, 2]);
  expect(roundTicks(0, 0)).toEqual([0]);
  expect(roundTicks(0, 30)).toEqual([0, 10, 20, 30]);
});

test("they cover the range in few steps, whatever its size", () => {
  const end = fc.double({ min: -1e4, max: 1e4, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-3);
  fc.assert(
    fc.property(end, end, (a, b) => {
      const [lo, hi] = [Math.min(0, a, b), Math.max(0, a, b)];
      const ticks = roundTicks(lo, hi);
      const slack = 1e-6 * (hi - lo);
      expect(ticks[0]).toBeLessThanOrEqual(lo + slack);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(hi - slack);
      expect(ticks.length).toBeLessThanOrEqual(8);
    }),
  );
});
