import { describe, expect, it } from "vitest";
import { decodeMask, encodeMask, poolMask } from "@/lib/datasets/mask";

const mask = { width: 4, height: 4, ids: Uint8Array.from([1, 1, 0, 0, 1, 2, 0, 3, 2, 2, 0, 0, 2, 0, 0, 0]) };

describe("region masks", () => {
  it("survive the blob", () => {
    expect(decodeMask(encodeMask(mask))).toEqual(mask);
  });

  it("refuse damaged bytes with a sentence", () => {
    expect(() => decodeMask(Uint8Array.of(1, 2, 3))).toThrow(/ingest the data set again/);
  });

  it("pool to the majority of each cell, ties to the lower id", () => {
    expect([...poolMask(mask, 2, 2)]).toEqual([1, 0, 2, 0]);
    expect([...poolMask(mask, 4, 4)]).toEqual([...mask.ids]);
    expect([...poolMask({ width: 2, height: 1, ids: Uint8Array.of(5, 4) }, 1, 1)]).toEqual([4]);
  });
});
