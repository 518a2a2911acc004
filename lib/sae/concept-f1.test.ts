import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { conceptF1 } from "@/lib/sae/concept-f1";
import { addRegion, createRegions, type Half, regionPeaks } from "@/lib/sae/concept-regions";

interface Region {
  half: Half;
  concepts: number[];
  features: number[];
  peaks: number[];
}

const collect = (list: Region[], nFeatures: number) => {
  const regions = createRegions(nFeatures);
  for (const region of list) addRegion(regions, region);
  return regions;
};

const peakOf = ({ features, peaks }: Region, feature: number) => peaks[features.indexOf(feature)] ?? 0;

function f1(list: Region[], concept: number, feature: number, threshold: number): number {
  const said = list.filter((region) => peakOf(region, feature) > 0 && peakOf(region, feature) >= threshold);
  const right = said.filter((region) => region.concepts.includes(concept)).length;
  const positives = list.filter((region) => region.concepts.includes(concept)).length;
  return said.length + positives > 0 ? (2 * right) / (said.length + positives) : 0;
}

/** Best F1 of a concept on half 0 over every feature and every peak as threshold. */
function naiveBest(list: Region[], concept: number, nFeatures: number): number {
  const choose = list.filter((region) => region.half === 0);
  let best = 0;
  for (let feature = 0; feature < nFeatures; feature++) {
    for (const region of choose) {
      const threshold = peakOf(region, feature);
      if (threshold > 0) best = Math.max(best, f1(choose, concept, feature, threshold));
    }
  }
  return best;
}

const regionArb = fc.record({
  half: fc.constantFrom<Half>(0, 1),
  concepts: fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
  features: fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }),
  peaks: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 }),
});

describe("concept F1", () => {
  it("chooses the best detector by definition and states it on the other half", () => {
    fc.assert(
      fc.property(fc.array(regionArb, { maxLength: 30 }), (list) => {
        const report = conceptF1(collect(list, 4), { minRegions: 1 });
        const stated = list.filter((region) => region.half === 1);
        for (const detector of report.concepts) {
          expect(detector.chosenF1).toBeCloseTo(naiveBest(list, detector.concept, 4), 12);
          const { concept, feature, threshold } = detector;
          expect(detector.f1).toBeCloseTo(feature < 0 ? 0 : f1(stated, concept, feature, threshold), 12);
        }
        const both = [0, 1, 2].filter((concept) =>
          [0, 1].every((half) => list.some((region) => region.half === half && region.concepts.includes(concept))),
        );
        expect(report.concepts.map(({ concept }) => concept)).toEqual(both);
      }),
    );
  });

  it("finds planted detectors, names their features and gives chance to noise", () => {
    const rng = createRng(4, "planted");
    const list: Region[] = [];
    for (let i = 0; i < 4000; i++) {
      const concept = rng.int(10);
      // Feature c fires on concept c (c < 5), strongly; features 10 to 29 fire at random.
      const features = [10 + rng.int(10), 20 + rng.int(10)];
      const peaks = [rng.float(), rng.float()];
      if (concept < 5) {
        features.push(concept);
        peaks.push(2 + rng.float());
      }
      list.push({ half: rng.int(2) as Half, concepts: [concept], features, peaks });
    }
    const report = conceptF1(collect(list, 40));
    expect(report.concepts.map(({ concept }) => concept)).toEqual([...Array(10).keys()]);
    for (const { concept, feature, f1, precision } of report.concepts) {
      if (concept < 5) expect([feature, f1, precision]).toEqual([concept, 1, 1]);
      else expect(f1).toBeLessThan(0.35);
    }
    expect(report.liveFeatures).toBe(25);
    expect([report.conceptsFound, report.featuresNamed]).toEqual([5, 5]);
    expect(report.conceptShare).toBe(0.5);
  });

  it("leaves rare concepts out and answers null when nothing is left", () => {
    const list = [0, 1].map((half): Region => ({ half: half as Half, concepts: [1], features: [0], peaks: [1] }));
    const report = conceptF1(collect(list, 2));
    expect([report.concepts.length, report.conceptShare, report.meanF1, report.featureShare]).toEqual([
      0,
      null,
      null,
      0,
    ]);
  });
});

it("takes peaks over the rows of a region", () => {
  const codes = {
    rows: 3,
    k: 2,
    index: Int32Array.of(5, 7, 7, 5, 9, 2),
    value: Float32Array.of(3, 1, 4, 2, 8, 0),
  };
  const [first, second] = regionPeaks(codes, [0, 0, 1], 2);
  expect(first).toEqual({ features: [5, 7], peaks: [3, 4] });
  expect(second).toEqual({ features: [9], peaks: [8] });
  expect(regionPeaks(codes, [-1, -1, -1], 1)).toEqual([{ features: [], peaks: [] }]);
});
