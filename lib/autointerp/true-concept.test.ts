import { describe, expect, it } from "vitest";
import { trueConcept } from "./true-concept";

const grid = (...values: number[]) => Uint8Array.from(values);

describe("the true concept of a feature", () => {
  it("is what most of the activation lies on, averaged over exemplars", () => {
    const found = trueConcept([
      { grid: grid(100, 0, 100), cells: [["thing:fries"], ["thing:dog"], ["color:red", "texture:plain"]] },
      { grid: grid(0, 50, 0), cells: [["color:blue", "texture:dots"], ["thing:fries"], []] },
    ]);
    expect(found).toEqual({ key: "thing:fries", share: 0.75 });
  });

  it("tells a colour from the pattern beside it by what the other exemplars show", () => {
    const found = trueConcept([
      { grid: grid(10), cells: [["color:red", "texture:plain"]] },
      { grid: grid(10), cells: [["color:red", "texture:dots"]] },
    ]);
    expect(found?.key).toBe("color:red");
  });

  it("is nothing where activation is scattered, silent or without exemplars", () => {
    expect(trueConcept([{ grid: grid(1, 1, 1), cells: [["thing:a"], ["thing:b"], ["thing:c"]] }])).toBeNull();
    expect(trueConcept([{ grid: grid(0, 0, 0), cells: [["thing:a"], [], []] }])).toBeNull();
    expect(trueConcept([])).toBeNull();
  });
});
