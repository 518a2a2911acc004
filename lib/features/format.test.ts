import { describe, expect, it } from "vitest";
import { formatDuration, formatScore, formatShare, formatValue, quoted } from "./format";

describe("formats", () => {
  it("keeps three significant digits at most", () => {
    expect([8.124, 0.0312, 412.4, 12.34, 0, 0.00012].map(formatValue)).toEqual([
      "8.12",
      "0.031",
      "412",
      "12.3",
      "0",
      "1.2e-4",
    ]);
  });
  it("shows small shares instead of rounding them to zero", () => {
    expect([0.0091, 0.12, 0.00004, 0.000003, 0, 1].map(formatShare)).toEqual([
      "0.91 %",
      "12 %",
      "0.004 %",
      "3e-4 %",
      "0 %",
      "100 %",
    ]);
  });
  it("writes scores without a leading zero and missing ones as a dash", () => {
    const scores = [0.93, 1, -0.041, -0.002, 10.5, null, Number.NaN];
    expect(scores.map(formatScore)).toEqual([".93", "1.00", "-.04", ".00", "10.50", "–", "–"]);
  });
  it("writes durations in the unit a person would use", () => {
    expect([240, 48_000, 200_000, 3_900_000].map(formatDuration)).toEqual(["240 ms", "48 s", "3 min", "1 h 5 min"]);
  });
  it("sets a label in quotation marks, its own inside single ones", () => {
    expect(quoted("text with “there”")).toBe("“text with ‘there’”");
  });
});
