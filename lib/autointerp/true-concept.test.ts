import { describe, expect, it } from "vitest";
import { trueConcept } from "./true-concept";

const grid = (...values: number[]) => Uint8Array.from(values);

describe("the true concept of a feature", () => {
  it("is what most of the activation lies on, strong exemplars counting more", () => {
    const found = trueConcept([
      { grid: grid(200, 0, 100), scale: 3, cells: [["thing:fries"], ["thing:dog"], ["color:red", "texture:plain"]] },
      { grid: grid(0, 100, 0), scale: 1, cells: [["thing:fries"], ["thing:dog"], []] },
    ]);
    expect(found).toEqual({ key: "thing:fries", share: 0.6 });
  });

  it("tells a colour from the pattern beside it by what the other exemplars show", () => {
    const found = trueConcept([
      { grid: grid(10), scale: 1, cells: [["color:red", "texture:plain"]] },
      { grid: grid(10), scale: 1, cells: [["color:red", "texture:dots"]] },
    ]);
    expect(found?.key).toBe("color:red");
  });

  it("is nothing where activation is scattered, silent or without exemplars", () => {
    const cells = [["thing:a"], ["thing:b"], ["thing:c"]];
    expect(trueConcept([{ grid: grid(1, 1, 1), scale: 1, cells }])).toBeNull();
    expect(trueConcept([{ grid: grid(0, 0, 0), scale: 1, cells }])).toBeNull();
    expect(trueConcept([])).toBeNull();
  });
});
