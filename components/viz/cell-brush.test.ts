import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { boxCells, moveCells } from "./cell-brush";

const [ROWS, COLS] = [5, 7];
const cells = (mask: Uint8Array) => Array.from(mask.keys()).filter((c) => mask[c]);

describe("a brush", () => {
  it("fills the box between any two corners and keeps what was there", () => {
    for (let seed = 0; seed < 30; seed++) {
      const rng = createRng(seed, "box");
      const [from, to, kept] = [rng.int(ROWS * COLS), rng.int(ROWS * COLS), rng.int(ROWS * COLS)];
      const base = new Uint8Array(ROWS * COLS);
      base[kept] = 1;
      const between = (x: number, a: number, b: number) => x >= Math.min(a, b) && x <= Math.max(a, b);
      const row = (c: number) => Math.floor(c / COLS);
      const expected = [...Array(ROWS * COLS).keys()].filter(
        (c) => c === kept || (between(row(c), row(from), row(to)) && between(c % COLS, from % COLS, to % COLS)),
      );
      expect(cells(boxCells(from, to, base, COLS))).toEqual(expected);
    }
  });

  it("moves a region in one piece and stops it at the edges", () => {
    const region = boxCells(8, 16, new Uint8Array(ROWS * COLS), COLS); // rows 1 to 2, columns 1 to 2
    expect(cells(moveCells(region, 8, 10, COLS))).toEqual([10, 11, 17, 18]);
    expect(cells(moveCells(region, 8, 0, COLS))).toEqual([0, 1, 7, 8]);
    // Three steps to the left are more than there is room for.
    expect(cells(moveCells(region, 10, 7, COLS))).toEqual([7, 8, 14, 15]);
    for (let to = 0; to < ROWS * COLS; to++) expect(cells(moveCells(region, 9, to, COLS))).toHaveLength(4);
  });
});
