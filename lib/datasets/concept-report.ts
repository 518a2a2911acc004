import { addScene, ConceptNames, regionsOf } from "@/lib/datasets/scene-regions";
import type { LoadedModel } from "@/lib/model/types";
import { conceptF1, type StatedDetector, stateDetectors } from "@/lib/sae/concept-f1";
import { type ConceptRegions, createRegions } from "@/lib/sae/concept-regions";
import type { Sae } from "@/lib/sae/sae";
import { type Matrix, rowRange } from "@/lib/tensor/matrix";
import { type Atlas, UNSEEN_STYLE } from "@/lib/world/atlas";
import { makeScene, SPLITS } from "@/lib/world/scene";
import type { Scene } from "@/lib/world/truth";

const PAGE = 64;
/** Validation scenes far from those that training ever looks at. */
const FIRST = SPLITS.validation + 1_000_000;
/** Where those of the unseen style begin after them. */
const UNSEEN_FROM = 500_000;

/** Figures over concepts: how many have a feature of object-level F1 > 0.5, and the mean of their best F1. */
export interface ConceptFigures {
  concepts: number;
  found: number;
  share: number | null;
  meanF1: number | null;
}

/** Share of concepts with a feature of object-level F1 > 0.5, for trained styles and the unseen one, and per concept. */
export interface ConceptReport {
  summary: ConceptFigures & {
    scenes: number;
    liveFeatures: number;
    featureShare: number | null;
    unseen: ConceptFigures;
  };
  concepts: {
    concept: string;
    feature: number;
    f1: number;
    precision: number | null;
    recall: number;
    positives: number;
    unseenF1: number | null;
  }[];
}

/** One site of the model with several autoencoders of it, which see the same scenes. */
export interface SeenBy {
  model: Pick<LoadedModel, "tap" | "geometryFor">;
  atlas: Atlas;
  site: string;
  saes: readonly Sae[];
}

export interface ConceptOptions {
  signal?: AbortSignal;
  report?: (done: number, total: number) => void;
}

const trainedStyle = (scene: Scene): boolean => scene.style !== UNSEEN_STYLE;

/**
 * Concept F1 of each autoencoder by the held-out protocol of lib/sae/concept-f1.ts at object level, on `scenes` scenes in trained
 * styles and as many in the unseen one: a region is the patches of one object (majority of pixels) or of the background; all
 * other regions are negatives. Holds one page of scenes and 8 bytes per (region, feature) pair.
 */
export async function measureConcepts(
  seen: SeenBy,
  scenes: number,
  { signal, report }: ConceptOptions = {},
): Promise<ConceptReport[]> {
  const names = new ConceptNames();
  const total = 2 * scenes;
  const collect = (from: number, keep: typeof trainedStyle | undefined, before: number) =>
    collectRegions(seen, names, {
      ...{ from, count: scenes, keep, signal },
      report: (done) => report?.(before + done, total),
    });
  const trained = await collect(FIRST, trainedStyle, 0);
  const unseen = await collect(FIRST + UNSEEN_FROM, undefined, scenes);
  return seen.saes.map((_, s) => reportOf(names, scenes, trained[s]!, unseen[s]!));
}

function reportOf(names: ConceptNames, scenes: number, trained: ConceptRegions, unseen: ConceptRegions): ConceptReport {
  const found = conceptF1(trained);
  const named = found.concepts.filter(({ feature }) => feature >= 0);
  const stated = stateDetectors(unseen, "both", named).filter(({ positives }) => positives >= 10);
  const unseenF1 = new Map(stated.map(({ concept, f1 }) => [concept, f1]));
  return {
    summary: {
      scenes,
      concepts: found.concepts.length,
      found: found.conceptsFound,
      share: found.conceptShare,
      meanF1: found.meanF1,
      liveFeatures: found.liveFeatures,
      featureShare: found.featureShare,
      unseen: figuresOf(stated),
    },
    concepts: found.concepts.map(({ concept, feature, f1, precision, recall, positives }) => ({
      ...{ concept: names.list[concept] as string, feature, f1, precision, recall, positives },
      unseenF1: unseenF1.get(concept) ?? null,
    })),
  };
}

function figuresOf(stated: readonly StatedDetector[]): ConceptFigures {
  const n = stated.length;
  const found = stated.filter(({ f1 }) => f1 > 0.5).length;
  const total = stated.reduce((sum, { f1 }) => sum + f1, 0);
  return { concepts: n, found, share: n === 0 ? null : found / n, meanF1: n === 0 ? null : total / n };
}

interface Range {
  from: number;
  count: number;
  /** Without it all scenes are drawn in the unseen style. */
  keep: ((scene: Scene) => boolean) | undefined;
  signal?: AbortSignal | undefined;
  report?: (done: number) => void;
}

/** Regions of held-out scenes for each autoencoder. */
async function collectRegions(seen: SeenBy, names: ConceptNames, range: Range): Promise<ConceptRegions[]> {
  const { from, count, keep, signal, report } = range;
  const regions = seen.saes.map((sae) => createRegions(sae.n));
  let seed = from;
  for (let done = 0; done < count; ) {
    signal?.throwIfAborted();
    const scenes: Scene[] = [];
    while (scenes.length < Math.min(PAGE, count - done)) {
      const scene = makeScene(seen.atlas, seed++, keep ? {} : { style: UNSEEN_STYLE });
      if (!keep || keep(scene)) scenes.push(scene);
    }
    await addScenes(seen, names, regions, scenes);
    done += scenes.length;
    report?.(done);
  }
  return regions;
}

async function addScenes(
  { model, site, saes }: SeenBy,
  names: ConceptNames,
  regions: readonly ConceptRegions[],
  scenes: readonly Scene[],
): Promise<void> {
  const inputs = scenes.map(({ width, height, pixels }) => ({
    image: { width, height, data: pixels },
    // Image tokens come first, so what is asked does not change them.
    messages: [{ role: "user" as const, content: "describe the image.", image: true as const }],
  }));
  const taps = await model.tap(inputs, site);
  for (const [i, { acts, tokens }] of taps.entries()) {
    const scene = scenes[i] as Scene;
    const first = tokens.findIndex((t) => t.kind === "image");
    const grid = model.geometryFor(scene);
    const cells: Matrix = rowRange(acts, first, first + grid.rows * grid.cols);
    const half = (scene.seed % 2) as 0 | 1;
    for (const [s, sae] of saes.entries()) {
      await addScene(regions[s]!, names, scene, regionsOf(scene), cells, { grid, sae, half });
    }
  }
}
