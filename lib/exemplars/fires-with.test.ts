import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { FiresWith, MIN_TOGETHER } from "@/lib/exemplars/fires-with";
import { HeavyHitters } from "@/lib/exemplars/heavy-hitters";
import { SamplePeaks } from "@/lib/exemplars/peaks";
import { PLACES, type Place } from "@/lib/exemplars/schema";
import { wilson } from "@/lib/tensor/stats";
import { toyCodes, toyImages } from "@/tests/helpers/toy-codes";

const GRID = { rows: 4, cols: 5 };
const CELLS = GRID.rows * GRID.cols;
const N = 9;

function collect(images: ReturnType<typeof toyImages>, n: number) {
  const peaks = new SamplePeaks(n);
  const firesWith = new FiresWith(GRID, new Float32Array(n).fill(1), () => true);
  for (const codes of images) {
    peaks.scan(codes);
    firesWith.add(codes, peaks, () => true);
  }
  return firesWith;
}

/** Dense twin: the nearest place of every feature k at the peak of every feature j, counted over all images. */
function naive(images: ReturnType<typeof toyImages>) {
  const together: Record<string, number> = {};
  const there: Record<string, number> = {};
  const peaksOf = new Array<number>(N).fill(0);
  for (const codes of images) {
    const grid = Array.from({ length: N }, () => new Float32Array(CELLS));
    for (let r = 0; r < CELLS; r++) {
      for (let i = 0; i < codes.k; i++) {
        const v = codes.value[r * codes.k + i] as number;
        if (v > 0) (grid[codes.index[r * codes.k + i] as number] as Float32Array)[r] = v;
      }
    }
    grid.forEach((own, j) => {
      const cell = own.indexOf(Math.max(...own));
      if (!((own[cell] as number) > 0)) return;
      peaksOf[j]!++;
      grid.forEach((other, k) => {
        if (k === j) return;
        const distance = [...other].flatMap((v, c) => {
          const rows = Math.abs(Math.floor(c / GRID.cols) - Math.floor(cell / GRID.cols));
          return v > 0 ? [Math.max(rows, Math.abs((c % GRID.cols) - (cell % GRID.cols)))] : [];
        });
        if (distance.length === 0) return;
        const place = PLACES[Math.min(2, Math.min(...distance))] as Place;
        together[`${place}/${j}/${k}`] = (together[`${place}/${j}/${k}`] ?? 0) + 1;
        there[`${place}/${k}`] = (there[`${place}/${k}`] ?? 0) + 1;
      });
    });
  }
  const total = peaksOf.reduce((a, b) => a + b, 0);
  return (place: Place, j: number, k: number) => {
    const n = together[`${place}/${j}/${k}`] ?? 0;
    const chance = (there[`${place}/${k}`] ?? 0) / total;
    const own = peaksOf[j] as number;
    return { n, lift: n / own / chance, lo: (wilson(n, own, 3.29)?.lo ?? 0) / chance };
  };
}

describe("fires with, by place", () => {
  it("is exact on a toy set", () => {
    const rng = createRng(3, "planted");
    // Features 0 and 1 share cells, 2 lies beside 0, 3 far from it; the rest is noise.
    const images = toyImages(120, CELLS, N, 5).map((noise, i) => {
      if (i % 3 !== 0) return noise;
      const cell = 6 + rng.int(2);
      return toyCodes(
        i,
        CELLS,
        0,
        [
          { at: cell, feature: 0, value: 50 },
          { at: cell, feature: 1, value: 40 },
          { at: cell + 1, feature: 2, value: 30 },
          { at: 19, feature: 3, value: 30 },
        ],
        [],
      );
    });
    const firesWith = collect(images, N);
    const truth = naive(images);
    for (let j = 0; j < N; j++) {
      const { places } = firesWith.of(j);
      for (const place of PLACES) {
        const expected = Array.from({ length: N }, (_, k) => ({ index: k, ...truth(place, j, k) }))
          .filter((p) => p.index !== j && p.n >= MIN_TOGETHER && p.lo > 1)
          .sort((a, b) => b.lo - a.lo || a.index - b.index)
          .slice(0, 8);
        expect(places[place].map((p) => [p.index, p.n])).toEqual(expected.map((p) => [p.index, p.n]));
        places[place].forEach((p, i) => {
          expect(p.lift).toBeCloseTo((expected[i] as typeof p).lift, 5);
          expect(p.lo).toBeCloseTo((expected[i] as typeof p).lo, 5);
        });
      }
    }
    const of0 = firesWith.of(0).places;
    expect([of0.same[0]?.index, of0.adjacent[0]?.index, of0.elsewhere[0]?.index]).toEqual([1, 2, 3]);
  });

  it("calls nothing company that comes together by chance", () => {
    const firesWith = collect(toyImages(400, CELLS, 40, 8), 40);
    const found = Array.from({ length: 40 }, (_, f) => Object.values(firesWith.of(f).places).flat()).flat();
    expect(found.length).toBeLessThanOrEqual(3);
  });
});

describe("heavy hitters", () => {
  it("never overstate, and miss by at most length / (capacity + 1)", () => {
    const rng = createRng(1, "stream");
    const hitters = new HeavyHitters(2, 8);
    const counts = new Map<number, number>();
    for (let i = 0; i < 2000; i++) {
      const item = Math.floor(40 * rng.float() ** 3);
      hitters.add(1, item);
      counts.set(item, (counts.get(item) ?? 0) + 1);
    }
    const found = new Map(hitters.of(1).map(({ item, count }) => [item, count]));
    for (const [item, n] of counts) {
      const stated = found.get(item) ?? 0;
      expect(stated).toBeLessThanOrEqual(n);
      expect(stated).toBeGreaterThanOrEqual(n - 2000 / 9);
    }
    expect(hitters.of(0)).toEqual([]);
  });
});
