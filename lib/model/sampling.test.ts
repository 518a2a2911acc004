import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { argmax, chooseToken, logprobOf } from "./sampling";

const logits = Float32Array.of(1, 3, 2, 3, -40);

describe("sampling", () => {
  it("is greedy at temperature 0, the lower id of equals", () => {
    expect(argmax(logits)).toBe(1);
    expect(chooseToken(logits, {}, createRng(1))).toBe(1);
  });

  it("gives log-probabilities that sum to one, also for huge logits", () => {
    for (const shift of [0, 5000]) {
      const moved = logits.map((value) => value + shift);
      const total = Array.from(moved, (_, id) => Math.exp(logprobOf(moved, id))).reduce((a, b) => a + b);
      expect(total).toBeCloseTo(1, 5);
    }
  });

  it("draws in proportion to softmax and keeps inside the nucleus", () => {
    const n = 20_000;
    const counts = [0, 0, 0, 0, 0];
    const rng = createRng(4, "sampling");
    for (let i = 0; i < n; i++) counts[chooseToken(logits, { temperature: 2 }, rng)]!++;
    const weights = Array.from(logits, (value) => Math.exp(value / 2));
    const total = weights.reduce((a, b) => a + b);
    counts.forEach((count, id) => {
      // Five standard errors of a share.
      const share = weights[id]! / total;
      expect(Math.abs(count / n - share)).toBeLessThan(5 * Math.sqrt(share / n) + 1e-9);
    });
    // Ids 1 and 3 hold 0.76 of the mass at temperature 1.
    const drawn = new Set(Array.from({ length: 300 }, () => chooseToken(logits, { temperature: 1, topP: 0.5 }, rng)));
    expect(drawn).toEqual(new Set([1, 3]));
    expect(chooseToken(logits, { temperature: 1, topP: 0 }, rng)).toBe(1);
  });
});
