import { describe, expect, it } from "vitest";
import { readListQuery } from "./format";

describe("readListQuery", () => {
  it("reads ranges, choices and order, and a modality as a range", () => {
    const read = readListQuery(
      new URLSearchParams("density=1e-4..&detection=.5...9&kind=object,-color&sort=-max&modality=image"),
    );
    expect(read?.sort).toEqual({ by: "max", down: true });
    expect(read?.filters.ranges).toMatchObject({ density: [1e-4, Infinity], imageShare: [0.9, 1] });
    expect(read?.filters.kind).toEqual({ keep: ["object"], drop: ["color"] });
    expect(read?.filters.status.drop).toEqual(["dead"]);
    expect(readListQuery(new URLSearchParams("only=3,14"))?.filters.only).toEqual(new Set([3, 14]));
  });
  it("leaves words, labels and other columns to the server", () => {
    for (const query of ["q=fries", "sort=label", "sort=-mean", "nFiring=3.."])
      expect(readListQuery(new URLSearchParams(query))).toBeNull();
  });
});
