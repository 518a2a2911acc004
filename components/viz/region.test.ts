import { describe, expect, it } from "vitest";
import type { Grid } from "./grid";
import { cropBox, outlinePath, strongestComponent } from "./region";

/** A grid from a drawing: one digit per cell, times 25. */
function draw(...lines: string[]): { grid: Grid; mask: Uint8Array } {
  const cols = (lines[0] as string).length;
  const codes = Uint8Array.from(lines.join(""), (c) => Number(c) * 25);
  return { grid: { rows: lines.length, cols, codes, scale: 1 }, mask: codes.map((c) => (c > 0 ? 1 : 0)) };
}

/** Components by repeated merging: slow, and obviously right. */
function naiveComponents(mask: Uint8Array, rows: number, cols: number): number[][] {
  const groups: number[][] = [];
  for (let i = 0; i < mask.length; i++) if (mask[i]) groups.push([i]);
  const touch = (a: number, b: number) =>
    Math.abs((a % cols) - (b % cols)) <= 1 && Math.abs(Math.floor(a / cols) - Math.floor(b / cols)) <= 1;
  for (let merged = true; merged; ) {
    merged = false;
    for (let i = 0; i < groups.length && !merged; i++)
      for (let j = i + 1; j < groups.length && !merged; j++)
        if (groups[i]?.some((a) => groups[j]?.some((b) => touch(a, b)))) {
          groups[i]?.push(...(groups.splice(j, 1)[0] as number[]));
          merged = true;
        }
  }
  void rows;
  return groups;
}

describe("strongestComponent", () => {
  it("joins diagonal neighbours and takes the one with the largest cell", () => {
    const { grid, mask } = draw("110000", "001000", "000009", "000000");
    expect(strongestComponent(grid, mask)).toEqual([17]);
    expect(
      strongestComponent(
        draw("120000", "003000", "000001", "0000.0".replace(".", "0")).grid,
        draw("120000", "003000", "000001", "000000").mask,
      ).sort(),
    ).toEqual([0, 1, 8]);
  });
  it("does not wrap around the edge", () => {
    const { grid, mask } = draw("0009", "8000");
    expect(strongestComponent(grid, mask)).toEqual([3]);
  });
  it("agrees with the naive components", () => {
    let seed = 7;
    for (let round = 0; round < 60; round++) {
      const cells = Array.from({ length: 42 }, () => {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        return seed % 5 === 0 ? (seed >> 8) % 10 : 0;
      });
      const codes = Uint8Array.from(cells, (c) => c * 25);
      const grid: Grid = { rows: 6, cols: 7, codes, scale: 1 };
      const mask = codes.map((c) => (c > 0 ? 1 : 0));
      const found = strongestComponent(grid, mask).sort((a, b) => a - b);
      const top = Math.max(...codes);
      const fits = naiveComponents(mask, 6, 7)
        .map((g) => g.sort((a, b) => a - b))
        .filter((g) => g.some((c) => codes[c] === top));
      if (top > 0) expect(fits).toContainEqual(found);
      else expect(found).toEqual([]);
    }
  });
});

describe("cropBox", () => {
  it("pads by one cell", () => {
    expect(cropBox([14, 15, 20], 6, 6)).toEqual({ x0: 1, y0: 1, x1: 5, y1: 5 });
  });
  it("is at least 3 x 3, also in a corner", () => {
    expect(cropBox([0], 6, 6)).toEqual({ x0: 0, y0: 0, x1: 3, y1: 3 });
    expect(cropBox([35], 6, 6)).toEqual({ x0: 3, y0: 3, x1: 6, y1: 6 });
  });
  it("cannot be larger than the grid", () => {
    expect(cropBox([0, 3], 2, 2)).toEqual({ x0: 0, y0: 0, x1: 2, y1: 2 });
  });
  it("is undefined for an empty region", () => {
    expect(cropBox([], 4, 4)).toBeUndefined();
  });
});

describe("outlinePath", () => {
  it("joins collinear edges", () => {
    const { mask } = draw("0000", "0110", "0000");
    expect(outlinePath(mask, 3, 4)).toBe("M1 1H3M1 2H3M1 1V2M3 1V2");
  });
  it("runs along the border and around holes", () => {
    const { mask } = draw("111", "101", "111");
    expect(outlinePath(mask, 3, 3)).toBe("M0 0H3M1 1H2M1 2H2M0 3H3M0 0V3M1 1V2M2 1V2M3 0V3");
  });
  it("is empty for an empty mask", () => {
    expect(outlinePath(new Uint8Array(9), 3, 3)).toBe("");
  });
});
