import type { VisionLanguageModel } from "@/lib/model/types";
import { conceptF1, type StatedDetector, stateDetectors } from "@/lib/sae/concept-f1";
import { type ConceptRegions, createRegions } from "@/lib/sae/concept-regions";
import type { Sae } from "@/lib/sae/sae";
import { addScene, ConceptNames, regionsOf } from "@/lib/datasets/scene-regions";
import { type Matrix, rowRange } from "@/lib/tensor/matrix";
import { type Atlas, UNSEEN_STYLE } from "@/lib/world/atlas";
import { makeScene, SPLITS } from "@/lib/world/scene";
import type { Scene } from "@/lib/world/truth";

const PAGE = 64;
/** Validation scenes far from those that training ever looks at. */
const FIRST = SPLITS.validation + 1_000_000;

/** Share of concepts with a feature of object-level F1 > 0.5, for trained styles and the unseen one, and per concept. */
export interface ConceptReport {
  summary: {
    scenes: number;
    concepts: number;
    found: number;
    share: number | null;
    meanF1: number | null;
    liveFeatures: number;
    featureShare: number | null;
    unseen: { concepts: number; found: number; share: number | null; meanF1: number | null };
  };
  concepts: { concept: string; feature: number; f1: number; precision: number | null; recall: number; positives: number; unseenF1: number | null }[];
}

export interface Measured {
  model: VisionLanguageModel;
  atlas: Atlas;
  site: string;
  sae: Sae;
}

/** One site of the model with several autoencoders of it, which see the same scenes. */
interface Seen {
  model: VisionLanguageModel;
  atlas: Atlas;
  site: string;
  saes: readonly Sae[];
}

const trainedStyle = (scene: Scene): boolean => scene.style !== UNSEEN_STYLE;

/** Concept F1 in trained styles of several autoencoders of one site, for choosing among them. */
export async function compareConcepts(seen: Seen, scenes: number) {
  const all = await collectRegions(seen, new ConceptNames(), FIRST, scenes, trainedStyle, () => undefined);
  return all.map((regions) => {
    const { concepts, conceptsFound, conceptShare, meanF1, featureShare } = conceptF1(regions);
    return { scenes, concepts: concepts.length, found: conceptsFound, share: conceptShare, meanF1, featureShare };
  });
}

/**
 * Concept F1 by the held-out protocol of lib/sae/concept-f1.ts at object level: a region is the patches of one object
 * (majority of pixels) or of the background; all other regions are negatives.
 */
export async function measureConcepts(m: Measured, scenes: number, report: (done: number, total: number) => void): Promise<ConceptReport> {
  const names = new ConceptNames();
  const total = 2 * scenes;
  const seen = { ...m, saes: [m.sae] };
  const [trained] = (await collectRegions(seen, names, FIRST, scenes, trainedStyle, (done) => report(done, total))) as [ConceptRegions];
  const [unseen] = (await collectRegions(seen, names, FIRST + 500_000, scenes, undefined, (done) => report(scenes + done, total))) as [ConceptRegions];
  const found = conceptF1(trained);
  const stated = stateDetectors(unseen, "both", found.concepts.filter((c) => c.feature >= 0));
  const enough = stated.filter((s) => s.positives >= 10);
  const unseenF1 = new Map(enough.map((s) => [s.concept, s.f1]));
  const mean = (list: readonly StatedDetector[]) => (list.length === 0 ? null : list.reduce((sum, s) => sum + s.f1, 0) / list.length);
  const good = enough.filter((s) => s.f1 > 0.5).length;
  return {
    summary: {
      scenes,
      concepts: found.concepts.length,
      found: found.conceptsFound,
      share: found.conceptShare,
      meanF1: found.meanF1,
      liveFeatures: found.liveFeatures,
      featureShare: found.featureShare,
      unseen: { concepts: enough.length, found: good, share: enough.length === 0 ? null : good / enough.length, meanF1: mean(enough) },
    },
    concepts: found.concepts.map(({ concept, feature, f1, precision, recall, positives }) => {
      return { concept: names.list[concept] as string, feature, f1, precision, recall, positives, unseenF1: unseenF1.get(concept) ?? null };
    }),
  };
}

/** Regions of held-out scenes for each autoencoder; without `keep` all scenes are drawn in the unseen style. */
async function collectRegions(
  m: Seen,
  names: ConceptNames,
  from: number,
  count: number,
  keep: ((scene: Scene) => boolean) | undefined,
  report: (done: number) => void,
): Promise<ConceptRegions[]> {
  const regions = m.saes.map((sae) => createRegions(sae.n));
  let seed = from;
  for (let done = 0; done < count; ) {
    const scenes: Scene[] = [];
    while (scenes.length < Math.min(PAGE, count - done)) {
      const scene = makeScene(m.atlas, seed++, keep ? {} : { style: UNSEEN_STYLE });
      if (!keep || keep(scene)) scenes.push(scene);
    }
    await addScenes(m, names, regions, scenes);
    done += scenes.length;
    report(done);
  }
  return regions;
}

async function addScenes({ model, site, saes }: Seen, names: ConceptNames, regions: readonly ConceptRegions[], scenes: readonly Scene[]): Promise<void> {
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
    for (const [s, sae] of saes.entries()) await addScene(regions[s]!, names, scene, regionsOf(scene), cells, { grid, sae, half });
  }
}
