import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { intoUnitSquare, layOut, type Nearest } from "./layout";
import { geometricMedian, type NearestLandmarks, neighbourWeights, placeOthers } from "./place-others";
import { principalPlaces } from "./principal";

const [GROUPS, EACH, D, K] = [6, 60, 16, 8] as const;

/** Unit rows in groups; the first of three of each group are landmarks. */
function rowsOf(seed: number) {
  const rng = createRng(seed, "rows");
  const centres = Array.from({ length: GROUPS }, () => Array.from({ length: D }, () => rng.normal()));
  return Array.from({ length: GROUPS * EACH }, (_, i) => {
    const row = (centres[i % GROUPS] as number[]).map((v) => v + 0.25 * rng.normal());
    const norm = Math.hypot(...row);
    return row.map((v) => v / norm);
  });
}

/** The k of some rows that are nearest to each of others by cosine distance, all pairs. */
function nearestOf(of: number[][], among: number[][], k: number): NearestLandmarks & Nearest {
  const out = { n: of.length, k, index: new Int32Array(of.length * k), distance: new Float32Array(of.length * k) };
  of.forEach((a, i) => {
    const all = among.map((b, at) => ({ at, distance: 1 - b.reduce((sum, v, c) => sum + v * (a[c] as number), 0) }));
    all.sort((x, y) => x.distance - y.distance);
    all.slice(0, k).forEach(({ at, distance }, t) => {
      out.index[i * k + t] = at;
      out.distance[i * k + t] = Math.max(0, distance);
    });
  });
  return out;
}

describe("placeOthers", () => {
  const rows = rowsOf(2);
  const isLandmark = (i: number) => Math.floor(i / GROUPS) % 3 === 0;
  const landmarks = rows.filter((_, i) => isLandmark(i));
  const others = rows.filter((_, i) => !isLandmark(i));
  const lay = () => {
    const rng = createRng(3, "map");
    const data = Float32Array.from(landmarks.flat());
    const start = principalPlaces({ data, rows: landmarks.length, cols: D }, rng.fork("start"));
    const layout = layOut(nearestOf(landmarks, landmarks, K), start, rng.fork("layout"));
    for (let i = 0; i < layout.epochs; i++) layout.step();
    const places = intoUnitSquare(layout.places());
    const near = nearestOf(others, landmarks, K);
    return { places, near, found: placeOthers(near, places, rng.fork("others")) };
  };

  it("lays points near what they are like, far nearer than by chance, and the same way each time", () => {
    const { places, found } = lay();
    expect(lay().found).toEqual(found);
    // What a point is like: the nearest others, of which the layout was told nothing.
    const like = nearestOf(others, others, 6);
    const apart = (a: number, b: number) =>
      Math.hypot(found[2 * a]! - found[2 * b]!, found[2 * a + 1]! - found[2 * b + 1]!);
    const rng = createRng(5, "control");
    let [own, control, n] = [0, 0, 0];
    for (let i = 0; i < others.length; i++) {
      for (let t = 1; t < like.k; t++) {
        own += apart(i, like.index[i * like.k + t]!);
        control += apart(i, rng.int(others.length));
        n++;
      }
    }
    expect(own / n).toBeLessThan(0.35 * (control / n));
    for (const v of found) expect(v > -0.01 && v < 1.01).toBe(true);
    expect(places.length).toBe(2 * landmarks.length);
  });

  it("keeps points with the same landmarks apart", () => {
    const near = { n: 2, k: 2, index: Int32Array.of(0, 1, 0, 1), distance: Float32Array.of(0.1, 0.2, 0.1, 0.2) };
    const found = placeOthers(near, Float32Array.of(0.2, 0.2, 0.8, 0.8), createRng(1, "x"));
    expect([found[0], found[1]]).not.toEqual([found[2], found[3]]);
  });
});

describe("geometricMedian", () => {
  it("has the least weighted sum of distances, as a fine grid of places confirms", () => {
    const rng = createRng(8, "median");
    const xs = Array.from({ length: 7 }, () => rng.float());
    const ys = Array.from({ length: 7 }, () => rng.float());
    const weights = Array.from({ length: 7 }, () => 0.2 + rng.float());
    const cost = (x: number, y: number) =>
      xs.reduce((sum, px, t) => sum + weights[t]! * Math.hypot(px - x, ys[t]! - y), 0);
    const found = cost(...geometricMedian(xs, ys, weights));
    for (let r = 0; r <= 100; r++)
      for (let c = 0; c <= 100; c++) expect(cost(r / 100, c / 100)).toBeGreaterThan(found - 1e-3);
  });

  it("lies with the group that has more weight, and not between two", () => {
    const [x] = geometricMedian([0, 0.02, 0.01, 1, 1.02], [0, 0, 0, 0, 0], [1, 1, 1, 1, 0.8]);
    expect(x).toBeLessThan(0.1);
  });
});

it("weighs neighbours as UMAP does: the nearest with 1, log2(k) in all", () => {
  const weights = neighbourWeights([0.1, 0.15, 0.3, 0.32, 0.5, 0.9, 1, 1.1]);
  expect(weights[0]).toBe(1);
  expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(3, 4);
  expect([...weights]).toEqual([...weights].sort((a, b) => b - a));
  expect([...neighbourWeights([0.2, 0.2])]).toEqual([1, 1]);
});
