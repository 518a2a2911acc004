import { expect, test } from "vitest";
import { featuresAsCsv, savedFeatures } from "./save-features";

const listed = [
  { feature: 4, a: 2, b: 0.5, score: 0.5, strength: 0.6, density: 0.01, aRef: 3, flags: ["position"] },
  { feature: 9, a: 1, b: 0, score: 0.2, strength: 0.2, density: 0.02, aRef: 5, flags: [] },
];
const about = {
  sae: "m/4-res",
  rows: new Map([[4, { label: 'fries, "salty"', kind: "object" }]]),
  labels: new Map([[9, "=1+1"]]),
};

test("a list is saved in its order, and b only where there is a region", () => {
  const saved = savedFeatures(listed, { ...about, chosen: true });
  expect(saved.map(({ ref, label, b }) => [ref, label, b])).toEqual([
    ["m/4-res/4", 'fries, "salty"', 0.5],
    ["m/4-res/9", "=1+1", 0],
  ]);
  expect(savedFeatures(listed, { ...about, chosen: false })[0]?.b).toBeNull();
});

test("as CSV quotes are doubled and formulas are marked as text", () => {
  expect(featuresAsCsv(savedFeatures(listed, { ...about, chosen: true })).split("\r\n")).toEqual([
    "ref,label,kind,a,b,score,aRef,density,flags",
    'm/4-res/4,"fries, ""salty""",object,2,0.5,0.5,3,0.01,position',
    "m/4-res/9,'=1+1,,1,0,0.2,5,0.02,",
  ]);
});
