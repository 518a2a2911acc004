import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import {
  addImage,
  createMonosemanticitySums,
  monosemanticityBaseline,
  monosemanticityOf,
} from "@/lib/sae/monosemanticity";

/** Every pair, by the definition. */
function byPairs(a: readonly number[], E: readonly (readonly number[])[], scale: boolean): number | null {
  const [low, high] = [Math.min(...a), Math.max(...a)];
  if (a.filter((value) => value > 0).length < 2 || (scale && low === high)) return null;
  const w = scale ? a.map((value) => (value - low) / (high - low)) : a;
  let [top, bottom] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      top += w[i]! * w[j]! * E[i]!.reduce((sum, value, t) => sum + value * E[j]![t]!, 0);
      bottom += w[i]! * w[j]!;
    }
  }
  return bottom === 0 ? null : top / bottom;
}

const [N, d] = [40, 7];
const rng = createRng(5, "monosemanticity");
const raw = Array.from({ length: N }, () => Array.from({ length: d }, () => rng.normal() + 0.4));
const unit = raw.map((row) => row.map((value) => value / Math.hypot(...row)));
const sparse = () => Array.from({ length: N }, () => (rng.float() < 0.3 ? 5 * rng.float() : 0));
const activations = {
  sparse: sparse(),
  everywhere: Array.from({ length: N }, () => 1 + rng.float()),
  "equal everywhere": new Array<number>(N).fill(2),
  "one image": unit.map((_, i) => (i === 3 ? 1 : 0)),
  "two images": unit.map((_, i) => (i === 3 || i === 9 ? 1 + i : 0)),
  "one above the rest": unit.map((_, i) => (i === 3 ? 2 : 1)),
  nowhere: new Array<number>(N).fill(0),
};
const columns = Object.values(activations);

const sums = createMonosemanticitySums(columns.length, d);
for (let i = 0; i < N; i++) {
  const fired = columns.map((a, f) => [f, a[i]!] as const).filter(([, value]) => value > 0);
  addImage(
    sums,
    raw[i]!,
    fired.map(([f]) => f),
    fired.map(([, value]) => value),
  );
}

describe("monosemanticity", () => {
  it.each(Object.keys(activations))("is what all pairs give: %s", (name) => {
    const feature = Object.keys(activations).indexOf(name);
    for (const variant of ["plain", "minMax"] as const) {
      const expected = byPairs(columns[feature]!, unit, variant === "minMax");
      const found = monosemanticityOf(sums, feature, variant);
      if (expected === null) expect(found).toBeNull();
      else expect(Math.abs(found! - expected)).toBeLessThan(1e-12);
    }
  });

  it("has the baseline of a feature that fires everywhere alike, and is 1 when it fires on one thing only", () => {
    const feature = Object.keys(activations).indexOf("equal everywhere");
    expect(monosemanticityBaseline(sums)).toBeCloseTo(monosemanticityOf(sums, feature)!, 12);
    expect(monosemanticityBaseline(createMonosemanticitySums(1, d))).toBeNull();
    const same = createMonosemanticitySums(1, d);
    for (const a of [1, 2, 3]) addImage(same, raw[0]!, [0], [a]);
    addImage(same, raw[1]!, [], []);
    expect(monosemanticityOf(same, 0)).toBeCloseTo(1, 12);
  });

  it("refuses embeddings without a direction, or of another width", () => {
    expect(() => addImage(sums, new Array(d).fill(0), [], [])).toThrow(/length 0/);
    expect(() => addImage(sums, [1], [], [])).toThrow(/1 values/);
  });
});
