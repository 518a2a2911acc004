import { describe, expect, it } from "vitest";
import { HIDDEN, hideOutside, shownCells } from "@/lib/autointerp/region";

describe("the region an explainer sees", () => {
  it("leaves weak cells out and widens what is small", () => {
    const grid = new Uint8Array(25);
    grid[12] = 200;
    grid[0] = 30;
    const keep = shownCells(grid, 5, 5);
    expect([...keep].map((k, i) => (k ? i : -1)).filter((i) => i >= 0)).toEqual([6, 7, 8, 11, 12, 13, 16, 17, 18]);
    expect(shownCells(new Uint8Array(4), 2, 2)).toEqual(new Uint8Array(4));
    expect(shownCells(new Uint8Array(16).fill(9), 4, 4)).toEqual(new Uint8Array(16).fill(1));
  });

  it("keeps the pixels of the kept cells, whatever the view covers", () => {
    const image = { width: 4, height: 4, data: new Uint8Array(48).fill(7) };
    const red = (out: Uint8Array) => Array.from({ length: 16 }, (_, i) => out[i * 3]);
    const whole = hideOutside(image, [1, 0, 0, 0], { rows: 2, cols: 2, affine: [4, 0, 0, 4, 0, 0] });
    const H = HIDDEN;
    expect(red(whole.data)).toEqual([7, 7, H, H, 7, 7, H, H, H, H, H, H, H, H, H, H]);
    const centre = hideOutside(image, [1, 1, 1, 1], { rows: 2, cols: 2, affine: [2, 0, 0, 2, 1, 1] });
    expect(red(centre.data)).toEqual([H, H, H, H, H, 7, 7, H, H, 7, 7, H, H, H, H, H]);
  });
});
