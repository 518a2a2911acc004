import { describe, expect, it } from "vitest";
import { matrix } from "@/lib/tensor/matrix";
import { countQuantile, meanRow, quantile, rowNorms, signTest } from "@/lib/tensor/stats";

describe("stats", () => {
  it("interpolates quantiles and answers null for nothing", () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([], 0.5)).toBeNull();
    expect(countQuantile([0, 0], 0.5)).toBeNull();
  });

  it("reads integer quantiles from counts", () => {
    expect(countQuantile([1, 0, 3], 0.05)).toBe(0);
    expect(countQuantile([1, 0, 3], 0.5)).toBe(2);
    expect(countQuantile([0, 0, 3], 0)).toBe(2);
  });

  it("takes norms and means row by row", () => {
    const m = matrix(2, 2, Float32Array.of(3, 4, 0, 2));
    expect([...rowNorms(m)]).toEqual([5, 2]);
    expect([...meanRow(m)]).toEqual([1.5, 3]);
  });
});

it("tests signs exactly", () => {
  expect(signTest(0, 0)).toBeNull();
  expect(signTest(9, 2)).toBeCloseTo(0.06543, 5); // scipy.stats.binomtest(9, 11).pvalue
  expect(signTest(3, 3)).toBe(1);
  expect(signTest(0, 10)).toBeCloseTo(2 ** -9, 12);
  expect(signTest(700, 600)).toBeCloseTo(0.00601, 4);
});
