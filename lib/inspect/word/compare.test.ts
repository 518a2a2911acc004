import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellsUnder, changesOf, peaksAt } from "./compare";

describe("cells under a sign", () => {
  const grid = { rows: 4, cols: 4, affine: [80, 0, 0, 40, 0, 0] as [number, number, number, number, number, number] };

  it("are those whose middle it covers", () => {
    // Cells are 20 x 10; middles at x 10, 30, 50, 70 and y 5, 15, 25, 35.
    expect(cellsUnder(grid, [20, 10, 60, 20])).toEqual([5, 6]);
    expect(cellsUnder(grid, [0, 0, 80, 40])).toHaveLength(16);
  });

  it("are the one at its middle when it is smaller than a cell, and none outside of the view", () => {
    expect(cellsUnder(grid, [22, 1, 28, 4])).toEqual([1]);
    const cut = { ...grid, affine: [40, 0, 0, 40, 20, 0] as typeof grid.affine };
    expect(cellsUnder(cut, [0, 0, 10, 10])).toEqual([]);
  });
});

describe("what a word changes", () => {
  it("takes each feature's peak as a plain search over all values does", () => {
    const cell = fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 9 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 30 }), (cells) => {
        const codes = {
          ...{ rows: cells.length, k: 1, n: 6 },
          index: Uint32Array.from(cells, ([feature]) => feature),
          value: Float32Array.from(cells, ([, value]) => value),
        };
        const peaks = peaksAt(
          codes as unknown as Parameters<typeof peaksAt>[0],
          Uint8Array.from(cells, ([, , on]) => (on ? 1 : 0)),
        );
        for (let feature = 0; feature < 6; feature++) {
          const own = cells.filter(([f, , on]) => on && f === feature).map(([, value]) => value);
          expect(peaks.get(feature) ?? 0).toBe(Math.max(0, ...own));
        }
      }),
    );
  });

  it("ranks by change in units of each feature's own strength, and tells the control beside it", () => {
    const plain = new Map([
      [1, 4],
      [2, 1],
    ]);
    const word = new Map([
      [2, 3],
      [3, 5],
      [4, 4],
    ]);
    const scrambled = new Map([[3, 5]]);
    const { gained, lost } = changesOf({ plain, word, scrambled }, (f) => (f === 4 ? 2 : 10));
    expect(gained).toEqual([
      { feature: 4, plain: 0, word: 4, scrambled: 0 },
      { feature: 3, plain: 0, word: 5, scrambled: 5 },
      { feature: 2, plain: 1, word: 3, scrambled: 0 },
    ]);
    expect(lost).toEqual([{ feature: 1, plain: 4, word: 0, scrambled: 0 }]);
    expect(changesOf({ plain, word, scrambled: null }, () => 1).gained[0]?.scrambled).toBeNull();
  });
});
