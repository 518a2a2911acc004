import fc from "fast-check";
import { expect, it } from "vitest";
import { batchCut } from "@/lib/sae/train/batch-cut";

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
