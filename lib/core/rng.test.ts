import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRng } from "./rng";

describe("createRng", () => {
  it("repeats itself for equal arguments and differs for others", () => {
    const draw = (...labels: (string | number)[]) => {
      const rng = createRng(7, ...labels);
      return [rng.uint32(), rng.uint32(), rng.uint32()];
    };
    expect(draw("a", 1)).toEqual(draw("a", 1));
    expect(draw("a", 1)).not.toEqual(draw("a", 2));
    expect(draw("a", 1)).not.toEqual(draw("a"));
  });

  it("can be read at any place without the values before it", () => {
    const rng = createRng(3);
    const values = Array.from({ length: 50 }, () => rng.uint32());
    expect(values[41]).toBe(createRng(3).at(41));
  });

  it("is uniform enough: mean, variance and no correlation between neighbours or streams", () => {
    const n = 100_000;
    const a = createRng(1, "a");
    const b = createRng(1, "b");
    const xs = Float64Array.from({ length: n }, () => a.float());
    const ys = Float64Array.from({ length: n }, () => b.float());
    const mean = xs.reduce((s, x) => s + x, 0) / n;
    const variance = xs.reduce((s, x) => s + (x - mean) ** 2, 0) / n;
    let lag = 0;
    let cross = 0;
    for (let i = 1; i < n; i++) {
      lag += (xs[i]! - 0.5) * (xs[i - 1]! - 0.5);
      cross += (xs[i]! - 0.5) * (ys[i]! - 0.5);
    }
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
    // 5 sigma of a mean of n products, each with variance 1/144.
    const limit = (5 / 12) * Math.sqrt(1 / n);
    expect(Math.abs(lag / n)).toBeLessThan(limit);
    expect(Math.abs(cross / n)).toBeLessThan(limit);
  });

  it("draws normals with mean 0 and variance 1", () => {
    const rng = createRng(5, "normal");
    const xs = Array.from({ length: 50_000 }, () => rng.normal());
    const mean = xs.reduce((s, x) => s + x, 0) / xs.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(xs.reduce((s, x) => s + x * x, 0) / xs.length).toBeCloseTo(1, 1);
  });

  it("shuffles to a permutation and samples distinct members", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 80 }), (seed, n, k) => {
        const items = Array.from({ length: n }, (_, i) => i);
        expect([...createRng(seed).shuffle([...items])].sort((x, y) => x - y)).toEqual(items);
        const drawn = createRng(seed).sample(n, k);
        expect(new Set(drawn).size).toBe(Math.min(n, k));
        expect(drawn.every((x) => x >= 0 && x < n)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
