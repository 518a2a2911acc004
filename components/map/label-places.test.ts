import { describe, expect, it } from "vitest";
import { type Placeable, placeLabels } from "./label-places";

describe("placeLabels", () => {
  const at = (id: number, x: number, y: number, n: number): Placeable => ({ id, label: "four", x, y, n });
  const whole = { ax: 400, bx: 0, ay: -300, by: 300, width: 400, height: 300 };
  it("keeps the larger of two that would cover each other, and none that the window cuts", () => {
    const placed = placeLabels([at(0, 0.5, 0.5, 3), at(1, 0.52, 0.5, 9), at(2, 0.2, 0.9, 1), at(3, 1, 1, 50)], whole);
    expect(placed.map((p) => p.cluster.id)).toEqual([1, 2]);
    expect(placed[0]).toMatchObject({ left: 208, top: 150 });
  });
  it("shows more when looked at closely", () => {
    const close = { ...whole, ax: 4000, bx: -1900 };
    expect(placeLabels([at(0, 0.5, 0.5, 3), at(1, 0.52, 0.5, 9)], close)).toHaveLength(2);
  });
});
