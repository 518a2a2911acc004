import { describe, expect, it } from "vitest";
import { companyRegion } from "@/lib/autointerp/company-region";
import { massIn, movedRegion, placed } from "@/lib/autointerp/moved-region";
import { shownCells } from "@/lib/autointerp/region";
import { judgedScore } from "@/lib/autointerp/statistics";
import { packRegion } from "@/lib/autointerp/stored-region";
import { createRng } from "@/lib/core/rng";

const size = { rows: 7, cols: 9 };
/** A blob of activation around a random cell, some of it weak and far away. */
function blob(seed: number): Uint8Array {
  const rng = createRng(seed, "blob");
  const [y, x, reach] = [rng.int(size.rows), rng.int(size.cols), rng.range(0.5, 3)];
  return Uint8Array.from({ length: size.rows * size.cols }, (_, i) => {
    const far = Math.hypot(Math.floor(i / size.cols) - y, (i % size.cols) - x);
    return far <= reach ? Math.round(255 / (1 + far)) : rng.chance(0.03) ? 20 : 0;
  });
}

describe("a moved region", () => {
  it("has the same shape and holds at most a tenth of the activation, whatever the draw", () => {
    let moved = 0;
    for (let seed = 0; seed < 200; seed++) {
      const grid = blob(seed);
      const cells = shownCells(grid, size.rows, size.cols);
      const found = movedRegion(cells, grid, size, createRng(seed, "move"));
      if (!found) continue;
      moved++;
      expect(massIn(found, grid)).toBeLessThanOrEqual(0.1);
      expect(found.reduce((a, b) => a + b, 0)).toBe(cells.reduce((a, b) => a + b, 0));
    }
    expect(moved).toBeGreaterThan(150);
  });

  it("is none where the feature fires everywhere, and the same each time", () => {
    const grid = new Uint8Array(63).fill(9);
    const cells = new Uint8Array(63).fill(1, 0, 20);
    expect(movedRegion(cells, grid, size, createRng(1))).toBeNull();
    const again = () => movedRegion(shownCells(blob(5), 7, 9), blob(5), size, createRng(5, 17));
    expect(again()).toEqual(again());
  });

  it("rolls over the edges and mirrors as moving each cell by itself does", () => {
    const cells = shownCells(blob(3), 7, 9);
    for (const how of [
      { down: 2, right: 8, flip: false, mirror: false },
      { down: 5, right: 3, flip: true, mirror: true },
    ]) {
      const naive = new Uint8Array(63);
      cells.forEach((on, i) => {
        const [r, c] = [Math.floor(i / 9), i % 9];
        const y = (how.flip ? 6 - r : r) + how.down;
        const x = (how.mirror ? 8 - c : c) + how.right;
        if (on) naive[(y % 7) * 9 + (x % 9)] = 1;
      });
      expect(placed(cells, size, how)).toEqual(naive);
    }
  });

  it("is kept as bits", () => {
    const { cells } = packRegion([1, 0, 0, 0, 0, 0, 0, 0, 0, 1], { rows: 2, cols: 5 });
    expect([...Buffer.from(cells, "base64")]).toEqual([1, 2]);
  });
});

describe("the region of another feature", () => {
  const grid = Uint8Array.from({ length: 63 }, (_, i) => (i < 9 ? 200 : 0));
  const at = (...cells: number[]) => {
    const values = new Float32Array(63);
    for (const cell of cells) values[cell] = 2;
    return values;
  };

  it("lies where this one does next to nothing, partners before strong ones", () => {
    const values = new Map([
      [1, at(0, 1)],
      [2, at(4)],
      [3, at(40).map((v) => 2 * v)],
      [4, at(50)],
    ]);
    expect(companyRegion(1, values, grid, size, new Set())?.feature).toBe(3);
    const found = companyRegion(1, values, grid, size, new Set([4]));
    expect(found?.feature).toBe(4);
    expect(massIn(found!.cells, grid)).toBeLessThanOrEqual(0.1);
    expect(companyRegion(1, new Map([[2, at(4)]]), grid, size, new Set())).toBeNull();
  });
});

describe("a constant judge", () => {
  it("gets exactly one half, however many items there are of each class", () => {
    const rng = createRng(2, "constant");
    for (let i = 0; i < 50; i++) {
      const expected = [true, false, ...Array.from({ length: rng.int(30) }, () => rng.chance(0.7))];
      for (const answered of [true, false]) {
        expect(judgedScore(expected.map((e) => ({ expected: e, answered })))?.value).toBe(0.5);
      }
    }
  });
});
