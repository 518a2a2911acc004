import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { FiresWith, MIN_TOGETHER, type Partner } from "@/lib/exemplars/fires-with";
import { COUNTED, type Ground, PeakCompany } from "@/lib/exemplars/peak-company";
import { SamplePeaks } from "@/lib/exemplars/peaks";
import { PLACES, type Place } from "@/lib/exemplars/schema";
import { wilson } from "@/lib/tensor/stats";
import { type ToyHit, toyCodes, toyImages } from "@/tests/helpers/toy-codes";

const GRID = { rows: 4, cols: 5 };
const CELLS = GRID.rows * GRID.cols;
type Images = ReturnType<typeof toyImages>;

/** Both passes, the third in slices of `step` features. */
function collect(
  samples: Images,
  aRef: Float32Array,
  step = aRef.length,
  ground: Ground = { kind: "image", ...GRID },
): Record<Place, Partner[]>[] {
  const n = aRef.length;
  const peaks = new SamplePeaks(n);
  const firesWith = new FiresWith(n, new PeakCompany(ground, aRef, () => true));
  const pass = (add: FiresWith["add"]) => {
    for (const codes of samples) {
      peaks.scan(codes);
      add(codes, peaks, () => true);
    }
  };
  pass((...args) => firesWith.add(...args));
  const out: Record<Place, Partner[]>[] = [];
  for (let from = 0; from < n; from += step) {
    const slice = firesWith.slice(from, Math.min(n, from + step));
    pass((...args) => slice.add(...args));
    for (let f = from; f < Math.min(n, from + step); f++) out.push(slice.of(f).places);
  }
  return out;
}

const ON_GRID = (a: number, b: number) =>
  Math.max(
    Math.abs(Math.floor(a / GRID.cols) - Math.floor(b / GRID.cols)),
    Math.abs((a % GRID.cols) - (b % GRID.cols)),
  );
const IN_LINE = (a: number, b: number) => Math.abs(a - b);

/**
 * Dense twin: the nearest place of every feature k at the peak of every feature j, the strongest of each place.
 * @param samples rows of one kind; @param apart how far two rows are from each other
 */
function naive(samples: Images, aRef: Float32Array, apart = ON_GRID): Record<Place, Partner[]>[] {
  const N = aRef.length;
  const together = new Map<string, number>();
  const there = new Map<string, number>();
  const peaksOf = new Array<number>(N).fill(0);
  const add = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  for (const codes of samples) {
    const grid = Array.from({ length: N }, () => new Float32Array(codes.rows));
    for (let r = 0; r < codes.rows; r++) {
      for (let i = 0; i < codes.k; i++) {
        const v = codes.value[r * codes.k + i] as number;
        if (v > 0) (grid[codes.index[r * codes.k + i] as number] as Float32Array)[r] = v;
      }
    }
    grid.forEach((own, j) => {
      const cell = own.indexOf(Math.max(...own));
      if (!((own[cell] as number) > 0)) return;
      peaksOf[j]!++;
      const away = (c: number) => apart(c, cell);
      const at: Record<Place, { k: number; strength: number }[]> = { same: [], adjacent: [], elsewhere: [] };
      grid.forEach((other, k) => {
        const cells = [...other.keys()].filter((c) => (other[c] as number) > 0);
        if (k === j || cells.length === 0) return;
        const nearest = Math.min(2, ...cells.map(away));
        const strongest = Math.max(
          ...cells.filter((c) => Math.min(2, away(c)) === nearest).map((c) => other[c] as number),
        );
        at[PLACES[nearest] as Place].push({ k, strength: strongest / (aRef[k] as number) });
      });
      for (const place of PLACES) {
        at[place].sort((a, b) => b.strength - a.strength || a.k - b.k);
        for (const { k } of at[place].slice(0, COUNTED[place])) {
          add(together, `${place}/${j}/${k}`);
          add(there, `${place}/${k}`);
        }
      }
    });
  }
  const total = peaksOf.reduce((a, b) => a + b, 0);
  const partners = (place: Place, j: number): Partner[] =>
    Array.from({ length: N }, (_, index) => {
      const n = together.get(`${place}/${j}/${index}`) ?? 0;
      const chance = (there.get(`${place}/${index}`) ?? 0) / total;
      const own = peaksOf[j] as number;
      return { index, n, lift: n / own / chance, lo: (wilson(n, own, 3.29)?.lo ?? 0) / chance };
    })
      .filter((p) => p.n >= MIN_TOGETHER && p.lo > 1)
      .sort((a, b) => b.lo - a.lo || a.index - b.index)
      .slice(0, 8);
  return Array.from({ length: N }, (_, j) => ({
    same: partners("same", j),
    adjacent: partners("adjacent", j),
    elsewhere: partners("elsewhere", j),
  }));
}

function expectEqual(found: Record<Place, Partner[]>[], expected: Record<Place, Partner[]>[]): void {
  found.forEach((places, j) => {
    for (const place of PLACES) {
      const truth = expected[j]?.[place] as Partner[];
      expect(places[place].map((p) => [p.index, p.n])).toEqual(truth.map((p) => [p.index, p.n]));
      places[place].forEach((p, i) => {
        expect(p.lift).toBeCloseTo((truth[i] as Partner).lift, 5);
        expect(p.lo).toBeCloseTo((truth[i] as Partner).lo, 5);
      });
    }
  });
}

describe("fires with, by place", () => {
  it("is exact on a toy set", () => {
    const N = 9;
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
    const aRef = new Float32Array(N).fill(1);
    const found = collect(images, aRef);
    expectEqual(found, naive(images, aRef));
    expect([found[0]?.same[0]?.index, found[0]?.adjacent[0]?.index, found[0]?.elsewhere[0]?.index]).toEqual([1, 2, 3]);
  });

  it("stays exact where more features come together than count, and in any slices", () => {
    const N = 120;
    const aRef = Float32Array.from({ length: N }, (_, f) => 1 + (f % 3));
    // Twenty features in every cell; those of one family come together, strong enough to count or just not.
    const images = Array.from({ length: 48 }, (_, sample) => {
      const rng = createRng(sample, "crowd");
      const hits: ToyHit[] = [];
      for (let at = 0; at < CELLS; at++) {
        const family = rng.int(6);
        const own = rng.sample(20, 12).map((i) => 20 * family + i);
        const others = rng.sample(N, 20).filter((f) => !own.includes(f));
        for (const feature of [...own, ...others].slice(0, 20))
          hits.push({ at, feature, value: Math.exp(rng.normal()) });
      }
      return toyCodes(sample, CELLS, 0, hits, []);
    });
    const found = collect(images, aRef);
    expectEqual(found, naive(images, aRef));
    expect(found.filter((places) => places.same.length > 0).length).toBeGreaterThan(N / 2);
    expect(collect(images, aRef, 50)).toEqual(found);
  });

  it("is exact on toy texts of many lengths, before and after a token and at it", () => {
    const N = 14;
    const texts = Array.from({ length: 150 }, (_, sample) => {
      const rng = createRng(sample, "texts");
      const tokens = 3 + rng.int(30);
      const hits: ToyHit[] = [];
      // Features 0 to 3 are planted; the rest is noise.
      for (let at = 0; at < tokens; at++)
        for (const f of rng.sample(N - 4, rng.int(3))) hits.push({ at, feature: 4 + f, value: Math.exp(rng.normal()) });
      if (sample % 3 === 0) {
        const at = rng.int(tokens);
        hits.push({ at, feature: 0, value: 50 }, { at, feature: 1, value: 40 });
        if (at > 0) hits.push({ at: at - 1, feature: 2, value: 30 });
        hits.push({ at: at < tokens / 2 ? tokens - 1 : 0, feature: 3, value: 30 });
      }
      return toyCodes(sample, 0, tokens, [], hits);
    });
    const aRef = new Float32Array(N).fill(1);
    const found = collect(texts, aRef, 5, { kind: "text" });
    expectEqual(found, naive(texts, aRef, IN_LINE));
    expect(found[0]?.same[0]?.index).toBe(1);
    expect(found[0]?.adjacent[0]?.index).toBe(2);
    expect(found[0]?.elsewhere[0]?.index).toBe(3);
  });

  it("looks for company in texts only among words, and for company in images only among patches", () => {
    const both = Array.from({ length: 30 }, (_, i) =>
      toyCodes(
        i,
        CELLS,
        3,
        [
          { at: 1, feature: 0, value: 9 },
          { at: 1, feature: 1, value: 9 },
        ],
        [
          { at: 1, feature: 0, value: 9 },
          { at: 1, feature: 2, value: 9 },
        ],
      ),
    );
    // As many samples without feature 0, so that its company is more than chance.
    const others = Array.from({ length: 90 }, (_, i) =>
      toyCodes(30 + i, CELLS, 3, [{ at: 1, feature: 3, value: 9 }], [{ at: 1, feature: 3, value: 9 }]),
    );
    const aRef = new Float32Array(4).fill(1);
    const inTexts = collect([...both, ...others], aRef, 4, { kind: "text" });
    const inImages = collect([...both, ...others], aRef, 4);
    expect(inTexts[0]?.same.map(({ index }) => index)).toEqual([2]);
    expect(inImages[0]?.same.map(({ index }) => index)).toEqual([1]);
  });

  it("calls nothing company that comes together by chance", () => {
    const found = collect(toyImages(400, CELLS, 40, 8), new Float32Array(40).fill(1));
    expect(found.flatMap((places) => Object.values(places).flat()).length).toBeLessThanOrEqual(3);
  });
});
