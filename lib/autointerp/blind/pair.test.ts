import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { choosePair } from "./pair";

const firing = [1, 2, 3].map((sample) => ({ sample, band: "b3" }));
const candidates = { firing, hard: [10, 11], random: [20, 21, 22] };

describe("choosePair", () => {
  it("takes a near miss half of the time, either place half of the time, and every pair of a sort equally often", () => {
    const rng = createRng(4, "pairs");
    const n = 6000;
    const seen = new Map<string, number>();
    let [hard, first] = [0, 0];
    for (let i = 0; i < n; i++) {
      const pair = choosePair(candidates, new Set(), rng);
      if (!pair) throw new Error("There are pairs.");
      if (pair.role === "hard") hard++;
      if (pair.fires === 0) first++;
      const key = `${pair.firing}.${pair.silent}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    // Four standard deviations of a fair coin.
    for (const share of [hard / n, first / n]) expect(Math.abs(share - 0.5)).toBeLessThan(4 * Math.sqrt(0.25 / n));
    for (const [key, count] of seen) {
      const expected = n / 2 / (Number(key.split(".")[1]) < 20 ? 6 : 9);
      expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
    expect(seen.size).toBe(15);
  });

  it("asks every pair once and then none", () => {
    const rng = createRng(5, "pairs");
    const judged = new Set<string>();
    for (let i = 0; i < 15; i++) {
      const pair = choosePair(candidates, judged, rng);
      judged.add(`${pair?.firing}.${pair?.silent}`);
    }
    expect(judged.size).toBe(15);
    expect(choosePair(candidates, judged, rng)).toBeNull();
    expect(choosePair({ ...candidates, firing: [] }, new Set(), rng)).toBeNull();
  });
});
