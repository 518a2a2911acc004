import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { matrix } from "@/lib/tensor/matrix";
import { alignedLatents, apartDirection } from "./alignment";

describe("what sets rows apart", () => {
  it("is the difference of means taken one by one, and rows that do not count change nothing", () => {
    for (let seed = 0; seed < 20; seed++) {
      const rng = createRng(seed, "rows");
      const [rows, cols] = [9, 5];
      const acts = matrix(
        rows,
        cols,
        Float32Array.from({ length: rows * cols }, () => rng.range(-2, 2)),
      );
      const a = Uint8Array.from({ length: rows }, (_, r) => (r === 0 || (r > 1 && rng.chance(0.4)) ? 1 : 0));
      const within = Uint8Array.from({ length: rows }, (_, r) => (r < 2 || rng.chance(0.8) ? 1 : 0));
      const mean = (bit: number, j: number) => {
        const own = [...Array(rows).keys()].filter((r) => within[r] && a[r] === bit);
        return own.reduce((sum, r) => sum + acts.data[r * cols + j]!, 0) / own.length;
      };
      const found = apartDirection(acts, a, within);
      for (let j = 0; j < cols; j++) expect(found[j]).toBeCloseTo(mean(1, j) - mean(0, j), 6);
    }
  });

  it("ranks latents by cosine, whatever the length of their rows", () => {
    const D = Float32Array.from([1, 0, 0, 5, -3, 0, 2, 2]);
    const found = alignedLatents(Float64Array.from([2, 1]), { D, d: 2, n: 4 }, 3);
    expect(found.map(({ index }) => index)).toEqual([3, 0, 1]);
    expect(found[0]!.cosine).toBeCloseTo(3 / Math.sqrt(10), 6);
    expect(alignedLatents(new Float64Array(2), { D, d: 2, n: 4 }, 3)).toEqual([]);
  });
});
