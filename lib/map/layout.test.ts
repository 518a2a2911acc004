import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { densityOf, findPeaks, SIDE } from "./clusters";
import { type FeatureTerms, nameClusters, termsOf } from "./labels";
import { intoUnitSquare, layOut, type Nearest } from "./layout";
import { principalPlaces } from "./principal";

/** Points in `groups` tight groups around random directions, [n, d]. */
function grouped(groups: number, each: number, d: number, seed: number) {
  const rng = createRng(seed, "grouped");
  const centres = Array.from({ length: groups }, () => Array.from({ length: d }, () => rng.normal()));
  const data = new Float32Array(groups * each * d);
  for (let i = 0; i < groups * each; i++) {
    const centre = centres[i % groups] as number[];
    for (let c = 0; c < d; c++) data[i * d + c] = (centre[c] as number) + 0.15 * rng.normal();
  }
  return { data, rows: groups * each, cols: d };
}

/** Nearest rows by Euclidean distance, all pairs. */
function nearestOf({ data, rows, cols }: ReturnType<typeof grouped>, k: number): Nearest {
  const out = { n: rows, k, index: new Int32Array(rows * k), distance: new Float32Array(rows * k) };
  for (let a = 0; a < rows; a++) {
    const all = Array.from({ length: rows }, (_, b) => {
      let sum = 0;
      for (let c = 0; c < cols; c++) sum += ((data[a * cols + c] as number) - (data[b * cols + c] as number)) ** 2;
      return { b, distance: Math.sqrt(sum) };
    }).sort((x, y) => x.distance - y.distance);
    all.slice(0, k).forEach(({ b, distance }, i) => {
      out.index[a * k + i] = b;
      out.distance[a * k + i] = distance;
    });
  }
  return out;
}

function lay(points: ReturnType<typeof grouped>, seed: number): Float32Array {
  const rng = createRng(seed, "map");
  const layout = layOut(nearestOf(points, 8), principalPlaces(points, rng.fork("start")), rng.fork("layout"));
  for (let i = 0; i < layout.epochs; i++) layout.step();
  return intoUnitSquare(layout.places());
}

describe("layOut", () => {
  it("keeps groups together, and is repeatable", () => {
    const points = grouped(4, 30, 12, 1);
    const places = lay(points, 7);
    expect(lay(points, 7)).toEqual(places);
    const gap = (a: number, b: number) =>
      Math.hypot(
        (places[2 * a] as number) - (places[2 * b] as number),
        (places[2 * a + 1] as number) - (places[2 * b + 1] as number),
      );
    let [within, between, n, m] = [0, 0, 0, 0];
    for (let a = 0; a < points.rows; a++) {
      for (let b = 0; b < a; b++) {
        if (a % 4 === b % 4) [within, n] = [within + gap(a, b), n + 1];
        else [between, m] = [between + gap(a, b), m + 1];
      }
    }
    expect(within / n).toBeLessThan(0.4 * (between / m));
    expect(Math.min(...places)).toBeCloseTo(0, 5);
    expect(Math.max(...places)).toBeCloseTo(1, 5);
  });
  it("refuses fewer points than neighbours", () => {
    const points = grouped(1, 8, 3, 1);
    expect(() => layOut(nearestOf(points, 8), new Float32Array(16), createRng(1, "x"))).toThrow("8 points");
  });
});

describe("principalPlaces", () => {
  it("spreads the rows as much as the two strongest eigenvectors of their covariance do", () => {
    const rng = createRng(3, "pca");
    const [n, d] = [200, 6];
    const data = Float32Array.from({ length: n * d }, (_, i) => rng.normal() * [5, 3, 1, 0.5, 0.2, 0.1][i % d]! + 2);
    const places = principalPlaces({ data, rows: n, cols: d }, rng);
    const variance = (values: number[]) => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    };
    const along = (axis: number) => variance(Array.from({ length: n }, (_, i) => places[2 * i + axis] as number));
    // Naive twin: the axes are the columns up to sampling noise.
    const columns = [0, 1].map((c) => variance(Array.from({ length: n }, (_, i) => data[i * d + c] as number)));
    expect(along(0)).toBeGreaterThanOrEqual(columns[0]! * 0.99);
    expect(along(0) + along(1)).toBeGreaterThanOrEqual((columns[0]! + columns[1]!) * 0.99);
    expect(along(0) + along(1)).toBeLessThan((columns[0]! + columns[1]!) * 1.1);
  });
});

describe("findPeaks", () => {
  const blobs = (centres: readonly (readonly [number, number, number])[], seed = 5) => {
    const rng = createRng(seed, "blobs");
    return Float32Array.from(
      centres.flatMap(([x, y, n]) =>
        Array.from({ length: n }, () => [x + 0.012 * rng.normal(), y + 0.012 * rng.normal()]).flat(),
      ),
    );
  };
  it("finds each blob, largest first, and leaves strays out", () => {
    const places = blobs([
      [0.2, 0.3, 60],
      [0.7, 0.3, 120],
      [0.5, 0.8, 90],
      [0.95, 0.95, 2],
    ]);
    const peaks = findPeaks(places);
    expect(peaks.map((p) => p.members.length)).toEqual([120, 90, 60]);
    expect(peaks[0]!.x).toBeCloseTo(0.7, 1);
    expect(peaks[0]!.members).toEqual(Array.from({ length: 120 }, (_, i) => 60 + i));
  });
  it("does not split a blob, whatever its bumps", () => {
    for (let seed = 0; seed < 5; seed++) expect(findPeaks(blobs([[0.5, 0.5, 400]], seed)).length).toBe(1);
  });
  it("smooths along both axes as a sum over all points does", () => {
    const places = blobs([[0.4, 0.6, 30]]);
    const bandwidth = 0.015;
    const density = densityOf(places, bandwidth);
    const sigma = bandwidth * SIDE;
    const reach = Math.ceil(3 * sigma);
    for (const [r, c] of [
      [Math.floor(0.6 * SIDE), Math.floor(0.4 * SIDE)],
      [Math.floor(0.62 * SIDE), Math.floor(0.37 * SIDE)],
    ] as const) {
      let naive = 0;
      for (let p = 0; p < 30; p++) {
        const [dx, dy] = [Math.floor(places[2 * p]! * SIDE) - c, Math.floor(places[2 * p + 1]! * SIDE) - r];
        if (Math.abs(dx) <= reach && Math.abs(dy) <= reach)
          naive += Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma));
      }
      expect(density[r * SIDE + c]).toBeCloseTo(naive, 8);
    }
  });
});

describe("nameClusters", () => {
  const of = (label: string | null, ...tags: string[]): FeatureTerms => ({ label, tags });
  it("prefers what a cluster has and the others have not", () => {
    const names = nameClusters([
      [of("dog"), of("sheep dog"), of("cat"), of(null, "grass")],
      [of("red"), of("red"), of(null, "grass")],
      [of(null)],
    ]);
    expect(names[0]).toMatch(/^dog/);
    expect(names[1]).toMatch(/^red/);
    expect(names[0]).not.toContain("grass");
    expect(names[2]).toBe("");
  });
  it("ranks as the formula written out", () => {
    const clusters = [
      [of("b"), of("a"), of("b c")],
      [of("a"), of("a"), of("c"), of(null, "b"), of("c")],
    ];
    const all = clusters.map((one) => one.flatMap((f) => [...termsOf(f)]));
    const weight = (list: [string, number][], term: string) =>
      list.reduce((sum, [t, w]) => sum + (t === term ? w : 0), 0);
    const mean = all.flat().reduce((sum, [, w]) => sum + w, 0) / 2;
    nameClusters(clusters).forEach((name, i) => {
      const list = all[i]!;
      const score = (term: string) => weight(list, term) * Math.log(1 + mean / weight(all.flat(), term));
      const best = Math.max(
        ...list
          .map(([term]) => term)
          .filter((term) => weight(list, term) > 1)
          .map(score),
      );
      expect(score(name.split(", ")[0]!)).toBeCloseTo(best, 10);
    });
  });
  it("does not count what a label quotes as what it is about", () => {
    expect([...termsOf(of("the word “fries”", "sign")).keys()]).toEqual(["word", "the word “fries”"]);
  });
});
