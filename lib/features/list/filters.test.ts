import { describe, expect, it } from "vitest";
import { parseChoice, parseRange, parseSort, rangesOf } from "./filters";

describe("filters", () => {
  it("reads ranges with open ends and exponents", () => {
    expect(parseRange("density", "1e-4..1e-2")).toEqual({ column: "density", lo: 1e-4, hi: 1e-2 });
    expect(parseRange("max", "2..")).toEqual({ column: "max", lo: 2, hi: Number.POSITIVE_INFINITY });
    expect(parseRange("detection", "..0.8")).toEqual({ column: "detection", lo: Number.NEGATIVE_INFINITY, hi: 0.8 });
    expect(parseRange("detection", ".8..")).toMatchObject({ lo: 0.8 });
    expect(rangesOf({ density: "..", max: "1..2" })).toHaveLength(1);
  });
  it("refuses what is no range", () => {
    for (const text of ["3", "2..1", "a..b", "1...2"]) expect(() => parseRange("max", text)).toThrow("range");
  });
  it("reads values to keep and to drop", () => {
    expect(parseChoice("object, -part,scene")).toEqual({ keep: ["object", "scene"], drop: ["part"] });
    expect(parseChoice(undefined)).toEqual({ keep: [], drop: [] });
  });
  it("reads sorts and names the columns when it cannot", () => {
    expect(parseSort("-detection")).toEqual({ column: "detection", down: true });
    expect(() => parseSort("size")).toThrow("density");
  });
});
