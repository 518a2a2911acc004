import { describe, expect, it } from "vitest";
import { cellValue, decodeGrid, maskOf, maskShare, peakCell } from "./grid";

const base64 = (codes: number[]) => Buffer.from(codes).toString("base64");

describe("decodeGrid", () => {
  it("reads bytes row-major and gives values in the feature's unit", () => {
    const grid = decodeGrid(base64([0, 1, 255, 128]), 2, 2, 8.5);
    expect([...grid.codes]).toEqual([0, 1, 255, 128]);
    expect(cellValue(grid, 2)).toBeCloseTo(8.5);
    expect(cellValue(grid, 0)).toBe(0);
  });
  it("names both sizes when they disagree", () => {
    expect(() => decodeGrid(base64([1, 2, 3]), 2, 2, 1)).toThrow("2 x 2 needs 4 bytes, got 3");
  });
});

describe("maskOf", () => {
  const grid = decodeGrid(base64([0, 1, 51, 255]), 2, 2, 10); // values 0, .04, 2, 10
  it("at threshold 0 is exactly the support", () => {
    expect([...maskOf(grid, 5, 0)]).toEqual([0, 1, 1, 1]);
  });
  it("is a share of the reference strength, not of the image's peak", () => {
    expect([...maskOf(grid, 5, 0.4)]).toEqual([0, 0, 1, 1]);
    expect([...maskOf(grid, 5, 0.41)]).toEqual([0, 0, 0, 1]);
  });
  it("is empty when nothing passes", () => {
    const silent = decodeGrid(base64([0, 0, 0, 0]), 2, 2, 10);
    expect(maskShare(maskOf(silent, 5, 0))).toBe(0);
    expect(peakCell(silent)).toBe(-1);
  });
  it("finds the first strongest cell", () => {
    expect(peakCell(grid)).toBe(3);
  });
});
