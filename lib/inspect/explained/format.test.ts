import { expect, it } from "vitest";
import type { InspectCodes } from "../codes/format";
import { sharesOf, signedShare, sumMissed, sumShares } from "./format";

/** Feature 7 at positions 0 and 2, feature 9 at 1. */
const codes: InspectCodes = {
  feature: Uint32Array.of(7, 9),
  ptr: Uint32Array.of(0, 2, 3),
  pos: Uint16Array.of(0, 2, 1),
  q: Uint8Array.of(255, 255, 255),
  scale: Float32Array.of(1, 1),
  ref: Float32Array.of(1, 1),
  density: Float32Array.of(0.1, 0.1),
  share: Int16Array.of(5000, 1000, -200),
  energy: Float32Array.of(1, 3, 4, 2),
};
const all = Uint8Array.of(1, 1, 1, 1);

it("tells shares by position, and none where a feature is silent or the run is older", () => {
  expect([...sharesOf(codes, 7)]).toEqual([
    [0, 0.5],
    [2, 0.1],
  ]);
  expect(sharesOf(codes, 8).size).toBe(0);
  const { share: _, energy: __, ...older } = codes;
  expect(sharesOf(older, 7).size).toBe(0);
  expect(sumShares(older, 7, all)).toBeUndefined();
});

it("weighs positions by what there is to explain", () => {
  // 0.5 x 1 + 0.1 x 4, of 1 + 3 + 4 + 2, and of 1 + 4.
  expect(sumShares(codes, 7, all)).toEqual({ all: expect.closeTo(0.09), there: expect.closeTo(0.18), n: 2, of: 4 });
  expect(sumShares(codes, 7, Uint8Array.of(0, 1, 1, 0))).toMatchObject({ there: expect.closeTo(0.1), n: 1, of: 2 });
  expect(sumShares(codes, 9, Uint8Array.of(1, 0, 0, 0))).toEqual({ all: 0, there: null, n: 0, of: 1 });
  expect(sumMissed(codes, [1, 0, 0.5, 0], all)).toBeCloseTo(0.3);
});

it("writes a share with its sign", () => {
  expect([signedShare(0.123), signedShare(-0.02)]).toEqual(["12 %", "−2.0 %"]);
});
