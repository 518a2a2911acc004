import { type ConceptRegions, conceptsOf, firstPeak, type Half } from "@/lib/sae/concept-regions";

/** A feature read as a detector of a concept: it says yes where its peak is at least `threshold`. */
export interface Detector {
  concept: number;
  feature: number;
  threshold: number;
  chosenF1: number; // on the regions it was chosen on: flatters
}

/** A detector judged on regions it was not chosen on. */
export interface StatedDetector extends Detector {
  f1: number;
  precision: number | null; // null when it never said yes
  recall: number;
  positives: number; // regions of the concept
}

export interface ConceptF1Report {
  /** For every concept with enough regions in both halves its best detector, by concept id. */
  concepts: StatedDetector[];
  /** For every live feature with a concept its best one, by feature. */
  features: StatedDetector[];
  liveFeatures: number; // features that fire in any region
  conceptsFound: number; // concepts with a detector of F1 > 0.5
  conceptShare: number | null; // conceptsFound / concepts
  meanF1: number | null; // over concepts
  featuresNamed: number; // live features with a concept of F1 > 0.5
  featureShare: number | null; // featuresNamed / liveFeatures
}

export const FOUND_F1 = 0.5;

/**
 * Concept F1 by the held-out protocol: the best (feature, threshold) of each concept is chosen on half 0 and its F1
 * stated on half 1, since choosing and stating on the same few objects inflates it. Negatives are all other regions.
 * Concepts need `minRegions` regions in both halves. Cost: one sort of the (region, feature) pairs of half 0.
 */
export function conceptF1(regions: ConceptRegions, { minRegions = 20 }: { minRegions?: number } = {}): ConceptF1Report {
  const counts = [countConcepts(regions, 0), countConcepts(regions, 1)] as const;
  const eligible = new Set<number>();
  counts[0].forEach((count, concept) => {
    if (count >= minRegions && (counts[1].get(concept) ?? 0) >= minRegions) eligible.add(concept);
  });
  const chosen = chooseDetectors(regions, 0, eligible);
  const concepts = stateDetectors(regions, 1, chosen.byConcept);
  const features = stateDetectors(regions, 1, chosen.byFeature);
  // A concept that no feature touches at all still counts as not found.
  for (const concept of eligible) {
    if (chosen.byConcept.some((detector) => detector.concept === concept)) continue;
    const positives = counts[1].get(concept) ?? 0;
    concepts.push({ concept, feature: -1, threshold: 0, chosenF1: 0, f1: 0, precision: null, recall: 0, positives });
  }
  concepts.sort((a, b) => a.concept - b.concept);
  const liveFeatures = countLive(regions);
  const conceptsFound = concepts.filter(({ f1 }) => f1 > FOUND_F1).length;
  const featuresNamed = features.filter(({ f1 }) => f1 > FOUND_F1).length;
  return {
    concepts,
    features,
    liveFeatures,
    conceptsFound,
    conceptShare: concepts.length > 0 ? conceptsFound / concepts.length : null,
    meanF1: concepts.length > 0 ? concepts.reduce((sum, { f1 }) => sum + f1, 0) / concepts.length : null,
    featuresNamed,
    featureShare: liveFeatures > 0 ? featuresNamed / liveFeatures : null,
  };
}

/** Regions per concept id in one half. */
export function countConcepts(regions: ConceptRegions, half: Half): Map<number, number> {
  const counts = new Map<number, number>();
  for (let region = 0; region < regions.nRegions; region++) {
    if (regions.half.data[region] !== half) continue;
    for (const concept of conceptsOf(regions, region)) counts.set(concept, (counts.get(concept) ?? 0) + 1);
  }
  return counts;
}

function countLive({ feature, nFeatures }: ConceptRegions): number {
  const fires = new Uint8Array(nFeatures);
  for (let t = 0; t < feature.length; t++) fires[feature.data[t]!] = 1;
  return fires.reduce((sum, value) => sum + value, 0);
}

/**
 * Best detector of every eligible concept, and best concept of every feature, on one half. For each feature the regions
 * are walked from its strongest peak down; F1 = 2 TP / (said yes + positives) can only rise at a region of the concept,
 * so one update per (region, feature, concept) finds the best threshold of all.
 */
export function chooseDetectors(
  regions: ConceptRegions,
  half: Half,
  eligible: ReadonlySet<number>,
): { byConcept: Detector[]; byFeature: Detector[] } {
  const positives = countConcepts(regions, half);
  const { start, region, peak } = bucketByFeature(regions, half);
  const best = new Map<number, Detector>();
  const byFeature: Detector[] = [];
  for (let feature = 0; feature < regions.nFeatures; feature++) {
    const hits = new Map<number, number>();
    let own: Detector | null = null;
    const order = descending(peak, start[feature]!, start[feature + 1]!);
    for (let from = 0; from < order.length; ) {
      // Equal peaks stand or fall together: no threshold separates them.
      const weakest = peak[order[from]!]!;
      const touched = new Set<number>();
      let to = from;
      for (; to < order.length && peak[order[to]!] === weakest; to++) {
        for (const concept of conceptsOf(regions, region[order[to]!]!)) {
          if (!eligible.has(concept)) continue;
          hits.set(concept, (hits.get(concept) ?? 0) + 1);
          touched.add(concept);
        }
      }
      // Halfway to the next weaker peak: at the peak itself unseen regions would fall just short.
      const threshold = (weakest + (to < order.length ? peak[order[to]!]! : 0)) / 2;
      for (const concept of touched) {
        const chosenF1 = (2 * hits.get(concept)!) / (to + positives.get(concept)!);
        if (chosenF1 > (best.get(concept)?.chosenF1 ?? 0)) best.set(concept, { concept, feature, threshold, chosenF1 });
        if (chosenF1 > (own?.chosenF1 ?? 0)) own = { concept, feature, threshold, chosenF1 };
      }
      from = to;
    }
    if (own) byFeature.push(own);
  }
  return { byConcept: [...best.values()], byFeature };
}

/** Judges detectors on one half (or on another set of regions, e.g. scenes in an unseen style). */
export function stateDetectors(
  regions: ConceptRegions,
  half: Half | "both",
  detectors: readonly Detector[],
): StatedDetector[] {
  const ofFeature = new Map<number, number[]>();
  detectors.forEach(({ feature }, i) => {
    const list = ofFeature.get(feature);
    if (list) list.push(i);
    else ofFeature.set(feature, [i]);
  });
  const said = new Float64Array(detectors.length);
  const right = new Float64Array(detectors.length);
  const positives = new Map<number, number>();
  for (let r = 0; r < regions.nRegions; r++) {
    if (half !== "both" && regions.half.data[r] !== half) continue;
    const truth = conceptsOf(regions, r);
    for (const concept of truth) positives.set(concept, (positives.get(concept) ?? 0) + 1);
    for (let t = firstPeak(regions, r); t < regions.peakEnd.data[r]!; t++) {
      for (const i of ofFeature.get(regions.feature.data[t]!) ?? []) {
        const { concept, threshold } = detectors[i]!;
        if (regions.peak.data[t]! < threshold) continue;
        said[i]!++;
        if (truth.includes(concept)) right[i]!++;
      }
    }
  }
  return detectors.map((detector, i) => {
    const total = positives.get(detector.concept) ?? 0;
    return {
      ...detector,
      f1: said[i]! + total > 0 ? (2 * right[i]!) / (said[i]! + total) : 0,
      precision: said[i]! > 0 ? right[i]! / said[i]! : null,
      recall: total > 0 ? right[i]! / total : 0,
      positives: total,
    };
  });
}

/** Pairs of one half grouped by feature (counting sort). */
function bucketByFeature(regions: ConceptRegions, half: Half) {
  const { feature, peak, nFeatures, nRegions } = regions;
  const start = new Uint32Array(nFeatures + 1);
  const eachPair = (visit: (t: number, r: number) => void) => {
    for (let r = 0; r < nRegions; r++) {
      if (regions.half.data[r] !== half) continue;
      for (let t = firstPeak(regions, r); t < regions.peakEnd.data[r]!; t++) visit(t, r);
    }
  };
  eachPair((t) => {
    start[feature.data[t]! + 1]!++;
  });
  for (let i = 0; i < nFeatures; i++) start[i + 1]! += start[i]!;
  const next = start.slice(0, nFeatures);
  const sorted = { region: new Uint32Array(start[nFeatures]!), peak: new Float32Array(start[nFeatures]!) };
  eachPair((t, r) => {
    const at = next[feature.data[t]!]!++;
    sorted.region[at] = r;
    sorted.peak[at] = peak.data[t]!;
  });
  return { start, ...sorted };
}

const INDEX_BITS = 2 ** 22;

/** Places `from` to `to` ordered by falling peak: pattern and place share one double, so the native sort can do it. */
function descending(peak: Float32Array, from: number, to: number): Uint32Array {
  if (to - from >= INDEX_BITS) throw new RangeError(`${to - from} regions for one feature: at most ${INDEX_BITS - 1}`);
  const bits = new Uint32Array(peak.buffer, peak.byteOffset, peak.length); // ordered like the values, as all are > 0
  const keys = new Float64Array(to - from);
  for (let t = from; t < to; t++) keys[t - from] = bits[t]! * INDEX_BITS + (t - from);
  keys.sort();
  const out = new Uint32Array(to - from);
  for (let i = 0; i < keys.length; i++) out[i] = from + (keys[keys.length - 1 - i]! % INDEX_BITS);
  return out;
}
