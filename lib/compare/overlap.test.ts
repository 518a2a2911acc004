import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { cosineOf, overlapOf } from "./overlap";

describe("overlapOf", () => {
  it("counts as a list of all items does", () => {
    const rng = createRng(1, "overlap");
    for (let round = 0; round < 20; round++) {
      const [a, b] = [new Set(rng.sample(30, rng.int(20))), new Set(rng.sample(30, rng.int(20)))];
      const all = Array.from({ length: 30 }, (_, i) => i);
      const both = all.filter((i) => a.has(i) && b.has(i)).length;
      const either = all.filter((i) => a.has(i) || b.has(i)).length;
      expect(overlapOf(a, b)).toEqual({ both, a: a.size, b: b.size, jaccard: either ? both / either : null });
    }
  });
});

describe("cosineOf", () => {
  it("knows equal, opposite and right-angled directions, whatever their length", () => {
    expect(cosineOf(Float32Array.of(1, 2), Float32Array.of(2, 4))).toBeCloseTo(1, 12);
    expect(cosineOf(Float32Array.of(1, 2), Float32Array.of(-1, -2))).toBeCloseTo(-1, 12);
    expect(cosineOf(Float32Array.of(1, 0), Float32Array.of(0, 3))).toBe(0);
    expect(cosineOf(Float32Array.of(0, 0), Float32Array.of(0, 3))).toBeNull();
    expect(cosineOf(Float32Array.of(1), Float32Array.of(0, 3))).toBeNull();
  });
});
