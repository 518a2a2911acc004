import fc from "fast-check";
import { expect, it } from "vitest";
import { batchCut, LargestOfBatch } from "@/lib/sae/train/batch-cut";

it("cuts where sorting everything would, ties and zeros included", () => {
  const value = fc.oneof(
    fc.constantFrom(0, 0.5, 0.5000001, 1, -1),
    fc.float({ min: Math.fround(1e-30), max: 8, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(value, { maxLength: 80 }), fc.integer({ min: 0, max: 90 }), (list, count) => {
      const values = Float32Array.from(list);
      const { above, ties } = batchCut(values, count);
      const sorted = [...values].filter((v) => v > 0).sort((a, b) => b - a);
      const over = sorted.filter((v) => v > above);
      const equal = above > 0 ? sorted.filter((v) => v === above) : [];
      const kept = [...over, ...equal.slice(0, ties)];
      expect(kept).toEqual(sorted.slice(0, count));
    }),
    { numRuns: 400 },
  );
});

it("collects what may be among the largest of a matrix in chunks, in order, within bounded room", () => {
  const value = fc.oneof(fc.constantFrom(0, 0.5, 1, -1), fc.float({ min: -8, max: 8, noNaN: true }));
  const chunks = fc.array(fc.array(fc.array(value, { minLength: 7, maxLength: 7 }), { minLength: 1, maxLength: 9 }), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 40 }), (list, wanted) => {
      const largest = new LargestOfBatch(wanted);
      let from = 0;
      for (const rows of list) {
        largest.add(Float32Array.from(rows.flat()), from, 7);
        from += rows.length;
      }
      const all = list.flat(2).map((v, t) => ({ v: Math.fround(v), t }));
      const best = all.filter(({ v }) => v > 0).sort((a, b) => b.v - a.v || a.t - b.t);
      const found = Array.from({ length: largest.count }, (_, s) => ({
        v: largest.value[s]!,
        t: 7 * largest.row[s]! + largest.column[s]!,
      }));
      expect(found.map(({ t }) => t)).toEqual(found.map(({ t }) => t).sort((a, b) => a - b));
      expect([...found].sort((a, b) => b.v - a.v || a.t - b.t).slice(0, wanted)).toEqual(best.slice(0, wanted));
    }),
    { numRuns: 300 },
  );
});

it("drops what can no longer be among the largest: rising values do not pile up", () => {
  const largest = new LargestOfBatch(100);
  for (let chunk = 0; chunk < 60; chunk++) largest.add(new Float32Array(1000).fill(1.5 ** chunk), chunk, 1000);
  expect(largest.value.length).toBeLessThan(20_000);
  expect(largest.value[largest.count - 1]).toBe(Math.fround(1.5 ** 59));
});
