import { describe, expect, it } from "vitest";
import { boxCells, readBoxes } from "@/lib/autointerp/grounding";

describe("boxes of a reader that points", () => {
  it("are read from JSON in whatever words, and held to the image", () => {
    expect(readBoxes('{"boxes": [[0, 10, 50, 110]]}')).toEqual([[0, 10, 50, 100]]);
    expect(readBoxes("Sure: [5, 5, 10, 10]")).toEqual([[5, 5, 10, 10]]);
    expect(readBoxes('{"boxes": []}')).toEqual([]);
    expect(readBoxes("[[9, 9, 9, 20]]")).toEqual([]);
    for (const answer of ["nowhere", "[[1, 2, 3]]", "[1, 2", ""]) expect(readBoxes(answer)).toBeNull();
  });

  it("hold the cells whose centre they hold, whatever part of the image the grid covers", () => {
    const whole = { rows: 2, cols: 2, affine: [8, 0, 0, 4, 0, 0] as const };
    expect([...boxCells([[0, 0, 50, 100]], whole, 8, 4)]).toEqual([1, 0, 1, 0]);
    const centre = { rows: 2, cols: 2, affine: [4, 0, 0, 4, 2, 0] as const };
    expect([...boxCells([[0, 0, 40, 100]], centre, 8, 4)]).toEqual([1, 0, 1, 0]);
    expect([...boxCells([[0, 0, 30, 100]], centre, 8, 4)]).toEqual([0, 0, 0, 0]);
    expect([...boxCells([], whole, 8, 4)]).toEqual([0, 0, 0, 0]);
  });
});
