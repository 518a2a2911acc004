import { describe, expect, it } from "vitest";
import { intruderScore, oddOnes, planTrials, readNumber } from "@/lib/autointerp/intruder";
import { createRng } from "@/lib/core/rng";

const sorted = Array.from({ length: 23 }, (_, i) => i);
const silent = Array.from({ length: 9 }, (_, i) => 100 + i);

describe("intruder trials", () => {
  it("show four of neighbouring ranks and a silent one, and no image twice", () => {
    const trials = planTrials(sorted, silent, createRng(1));
    expect(trials).toHaveLength(5);
    const all = trials.flatMap((t) => t.order.map((o) => o.item));
    expect(new Set(all).size).toBe(25);
    for (const { order } of trials) {
      const same = order.filter((o) => !o.intruder).map((o) => o.item);
      expect(same).toHaveLength(4);
      expect(Math.max(...same) - Math.min(...same)).toBeLessThan(5);
      expect(order.filter((o) => o.intruder)).toHaveLength(1);
    }
    expect(planTrials([1, 2, 3], silent, createRng(1))).toEqual([]);
  });

  it("are found by what is shared least, ties being shared out", () => {
    const terms = ["dog", "dog", "cat", "dog", "dog"].map((t) => new Set([t]));
    expect(oddOnes(terms)).toEqual([2]);
    expect(oddOnes([new Set(["a"]), new Set(["a"]), new Set(), new Set(["b"]), new Set(["a", "c"])])).toEqual([2, 3]);
    expect(oddOnes(Array.from({ length: 5 }, () => new Set()))).toHaveLength(5);
  });

  it("sit at one fifth for a judge that sees nothing", () => {
    const rng = createRng(4, "blind");
    // Answers that know nothing of the images, ties included: the mean must be 0.2.
    const hits = Array.from({ length: 4000 }, () => {
      const odd = oddOnes(Array.from({ length: 5 }, () => new Set([rng.pick(["a", "b", "c"])])));
      return odd.includes(rng.int(5)) ? 1 / odd.length : 0;
    });
    expect(intruderScore(hits)?.value).toBeCloseTo(0.2, 1);
    const nothing = Array.from({ length: 5 }, () => new Set<string>());
    expect(1 / oddOnes(nothing).length).toBe(0.2);
  });

  it("count answers that cannot be read, and are void when there are many", () => {
    expect(readNumber("Number 3.")).toBe(2);
    for (const answer of ["none", "7", "1 or 2", ""]) expect(readNumber(answer)).toBeNull();
    expect(intruderScore([1, 0.5, null])).toBeNull();
    expect(intruderScore([...Array(10).fill(1), null])).toMatchObject({ value: 1, n: 11, nMissing: 1 });
    expect(intruderScore([])).toBeNull();
  });
});
