import { describe, expect, it } from "vitest";
import { type Grid, maskOf } from "./grid";
import { paintOverlay } from "./paint";
import { paletteColor, paletteTable } from "./palette";

const grid: Grid = { rows: 1, cols: 4, codes: Uint8Array.of(0, 64, 128, 255), scale: 10 };
const style = { aRef: 5, gamma: 1, palette: "cividis" } as const;
const alpha = (pixels: Uint8ClampedArray) => [...pixels].filter((_, i) => i % 4 === 3);

describe("paintOverlay", () => {
  it("spotlight darkens exactly the outside", () => {
    const mask = maskOf(grid, 5, 0.5); // cells of 2.51 and more
    expect(alpha(paintOverlay(grid, { ...style, mode: "spot", mask }))).toEqual([255, 0, 0, 0]);
  });
  it("spotlight leaves a picture alone when no cell passes", () => {
    expect(alpha(paintOverlay(grid, { ...style, mode: "spot", mask: new Uint8Array(4) }))).toEqual([0, 0, 0, 0]);
  });
  it("heat runs from 0 to aRef and is full above it", () => {
    const pixels = paintOverlay(grid, { ...style, mode: "heat", mask: maskOf(grid, 5, 0) });
    const [zero, half, atRef, above] = alpha(pixels) as [number, number, number, number];
    expect(zero).toBe(0);
    expect(half).toBeCloseTo(255 * 0.502, -1);
    expect(atRef).toBe(255);
    expect(above).toBe(255);
    expect([...pixels.slice(12, 15)]).toEqual([...paletteTable("cividis").slice(765)]);
  });
  it("other modes draw no pixels", () => {
    for (const mode of ["line", "crop", "off"] as const) {
      expect(paintOverlay(grid, { ...style, mode, mask: maskOf(grid, 5, 0) }).every((x) => x === 0)).toBe(true);
    }
  });
});

describe("palettes", () => {
  it("have 256 entries with rising lightness, so that order survives in grey", () => {
    for (const name of ["cividis", "inferno"] as const) {
      const table = paletteTable(name);
      expect(table.length).toBe(768);
      const light = (i: number) =>
        0.2126 * (table[3 * i] as number) +
        0.7152 * (table[3 * i + 1] as number) +
        0.0722 * (table[3 * i + 2] as number);
      for (let i = 8; i < 256; i += 8) expect(light(i)).toBeGreaterThan(light(i - 8));
    }
  });
  it("clip outside 0 to 1", () => {
    expect(paletteColor("inferno", 2)).toBe(paletteColor("inferno", 1));
    expect(paletteColor("inferno", -1)).toBe("rgb(0 0 4)");
  });
});
