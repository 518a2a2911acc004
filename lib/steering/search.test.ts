import { describe, expect, it } from "vitest";
import { type Edit, type SearchProblem, searchEdits } from "./search";

/** A world in which feature f moves prompt p by push[f][p] a dose, and costs cost[f] a dose. */
function world(
  plain: number[],
  push: Record<number, number[]>,
  cost: Record<number, number>,
): SearchProblem & { asked: number } {
  const dose = ({ method, strength }: Edit) => (method === "scale" ? (strength - 1) / 2 : strength);
  return {
    asked: 0,
    positions: ["all"],
    async gaps(lists) {
      this.asked += lists.length;
      return lists.map((list) =>
        plain.map((gap, p) => list.reduce((sum, edit) => sum + dose(edit) * (push[edit.feature]?.[p] ?? 0), gap)),
      );
    },
    async costs(lists) {
      return lists.map((list) => ({
        kl: list.reduce((sum, edit) => sum + Math.abs(dose(edit)) * (cost[edit.feature] ?? 0), 0),
        changed: 0,
      }));
    },
  };
}

const promote = (feature: number): Edit => ({ feature, method: "add", strength: 1, positions: "all" });
const suppress = (feature: number): Edit => ({ feature, method: "scale", strength: 0, positions: "all" });
const limits = { kl: 0.05, changed: 0.02, edits: 5 };

describe("searchEdits", () => {
  it("takes one cheap edit where one suffices, at the smallest dose", async () => {
    const problem = world([2, 1], { 1: [-3, -3], 2: [-1, 0], 3: [4, 4] }, { 1: 0.01, 2: 0.001, 3: 0.001 });
    const { found, best } = await searchEdits(problem, [promote(1), promote(2), promote(3)], limits);
    expect(found).toBe(true);
    expect(best.edits.map(({ feature }) => feature)).toEqual([1]);
    // 2.5 are missing at 3 a dose: not much more than is needed.
    expect(best.edits[0]!.strength).toBeGreaterThanOrEqual(2.5 / 3);
    expect(best.edits[0]!.strength).toBeLessThan(1);
  });

  it("puts together what single edits cannot do, and drops what is not needed", async () => {
    const problem = world([2, 2], { 1: [-4, 0], 2: [0, 4], 3: [-0.5, -0.5] }, { 1: 0.005, 2: 0.005, 3: 0.001 });
    const { found, best, curve } = await searchEdits(problem, [promote(3), promote(1), suppress(2)], limits);
    expect(found).toBe(true);
    expect(best.edits.map(({ feature }) => feature).sort()).toEqual([1, 2]);
    expect(curve.map(({ missing }) => missing)).toEqual([...curve.map(({ missing }) => missing)].sort((a, b) => b - a));
  });

  it("takes the image alone where that does as well", async () => {
    const problem = { ...world([2], { 1: [-3] }, { 1: 0.01 }), positions: ["image", "all"] as const };
    const { best } = await searchEdits(problem, [promote(1)], limits);
    expect(best.edits.map(({ positions }) => positions)).toEqual(["image"]);
  });

  it("says so when nothing works within the limits, with the best that does", async () => {
    const problem = world([3], { 1: [-5], 2: [-0.5] }, { 1: 0.5, 2: 0.01 });
    const { found, best } = await searchEdits(problem, [promote(1), promote(2)], limits);
    expect(found).toBe(false);
    expect(best.kl).toBeLessThanOrEqual(limits.kl);
    expect(best.edits.map(({ feature }) => feature)).toEqual([2]);
    expect((await searchEdits(problem, [], limits)).found).toBe(false);
  });

  it("does nothing where all is solved already", async () => {
    const { found, best } = await searchEdits(world([-2], {}, {}), [promote(1)], limits);
    expect({ found, edits: best.edits }).toEqual({ found: true, edits: [] });
  });
});
