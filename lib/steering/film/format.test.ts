import { expect, it } from "vitest";
import type { SteerFrame } from "../schema";
import { doseOf, filmPoints, specificWords } from "./format";

const frame = (
  lane: string,
  dose: number | null,
  effect: number | null,
  more: Partial<SteerFrame> = {},
): SteerFrame => ({
  ...{ lane, dose, control: null, seed: null, text: "", tokens: [], finish: "stop", watch: null, effect },
  ...{ offTarget: null, normShare: 0.1, ...more },
});

it("frames become points by rising dose, with the range of their random directions", () => {
  const points = filmPoints([
    frame("baseline", null, null),
    frame("steered", null, 9),
    frame("dose:+2", 2, 4),
    frame("dose:-0", -0, 0),
    frame("random:+2#0", 2, -1, { control: "random", seed: 0 }),
    frame("random:+2#1", 2, 0.5, { control: "random", seed: 1 }),
    frame("sae", null, 0.1, { control: "sae" }),
  ]);
  expect(points.map(({ dose, effect, random }) => ({ dose, effect, random }))).toEqual([
    { dose: 0, effect: 0, random: [0, 0] },
    { dose: 2, effect: 4, random: [-1, 0.5] },
  ]);
});

it("doses are read from the names of lanes", () => {
  expect(["dose:+2", "dose:-1.5", "dose:0", "dose:-0", "dose:−3"].map(doseOf)).toEqual([2, -1.5, 0, 0, -3]);
  expect(["steered", "random:+2#0", "dose:"].map(doseOf)).toEqual([undefined, undefined, undefined]);
});

it("the verdict names the range, one dose, or that there is none", () => {
  expect(specificWords({ from: 1, to: 3 })).toMatch(/^Specific from \+1 to \+3/);
  expect(specificWords({ from: -2, to: -2 })).toMatch(/^Specific at −2/);
  expect(specificWords({ from: null, to: null })).toMatch(/^Not specific/);
});
