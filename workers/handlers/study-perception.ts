import { addScene, ConceptNames, regionsOf } from "@/lib/datasets/scene-regions";
import { conceptF1 } from "@/lib/sae/concept-f1";
import { createRegions } from "@/lib/sae/concept-regions";
import { encode } from "@/lib/sae/encode";
import type { Sae } from "@/lib/sae/sae";
import { shareFigure, shareOf } from "@/lib/studies/figures";
import type { Case, Figure, StudyResult } from "@/lib/studies/schema";
import type { Matrix } from "@/lib/tensor/matrix";
import type { Scene } from "@/lib/world/truth";
import { freshScenes, type StudyScene, tapped } from "./study-scene";

/** Scenes from which is learned what each feature shows, and scenes on which ranks are counted. */
const LEARNED_ON = 3000;
const COUNTED_ON = 1000;
/** Below this F1, on scenes it was not chosen on, a feature's concept counts as unknown. */
const KNOWN_F1 = 0.4;
/** Ranks from 1, each band up to and with its end. */
const BANDS = [1, 5, 10, 20, 50];
const CASES = 8;

const isLow = (concept: string) => /^(color|texture|shape):/.test(concept);

/** Which features fire hardest on a picture: how many of the known ones show colour, texture and shape, rank by rank. */
export async function studyPerception({
  ctx,
  model,
  sae,
  ref,
  site,
  atlas,
}: StudyScene): Promise<Omit<StudyResult, "name">> {
  const n = ctx.params.n || COUNTED_ON;
  const [names, regions] = [new ConceptNames(), createRegions(sae.n)];
  const learned = Math.max(100, Math.round((LEARNED_ON * n) / COUNTED_ON));
  for await (const { scene, cells, grid, done } of tapped(model, site, scenesFrom(atlas, 0, learned), ctx.signal)) {
    ctx.progress({ stage: "learning what features show", done, total: learned });
    const half = (scene.seed % 2) as 0 | 1;
    await addScene(regions, names, scene, regionsOf(scene), cells, { grid, sae, half });
  }
  // Pictures, words and the ground are learned alike: the concept is chosen on half of the scenes, its F1 stated on the other.
  const report = conceptF1(regions, { minRegions: Math.min(20, Math.max(3, Math.round(n / 50))) });
  const conceptOf = new Map(
    report.features
      .filter(({ f1 }) => f1 >= KNOWN_F1)
      .map(({ feature, concept }) => [feature, names.list[concept] as string]),
  );
  const counts = { peak: bands(), mean: bands() };
  const firing = { low: 0, known: 0 };
  const often = new Map<number, number>();
  for await (const { scene, cells, done } of tapped(model, site, scenesFrom(atlas, learned, n), ctx.signal)) {
    ctx.progress({ stage: "counting ranks", done, total: n });
    if (scene.theme === "map") continue;
    const { peak, mean } = await strengths(cells, sae);
    for (const feature of peak.keys()) {
      const concept = conceptOf.get(feature);
      if (!concept) continue;
      firing.known++;
      if (isLow(concept)) firing.low++;
    }
    for (const [name, of] of [
      ["peak", peak],
      ["mean", mean],
    ] as const) {
      const ranked = [...of].sort((a, b) => b[1] - a[1]).slice(0, BANDS.at(-1));
      for (const [rank, [feature]] of ranked.entries()) {
        const band = BANDS.findIndex((end) => rank < end);
        const concept = conceptOf.get(feature);
        const count = counts[name][band]!;
        count.all++;
        if (concept) count.known++;
        if (concept && isLow(concept)) count.low++;
        if (name === "mean" && rank === 0) often.set(feature, (often.get(feature) ?? 0) + 1);
      }
    }
  }
  const base = shareOf({ hits: firing.low, of: firing.known });
  const figures = (["mean", "peak"] as const).flatMap((name) =>
    counts[name].map(({ low, known }, band): Figure => {
      const from = band === 0 ? 1 : BANDS[band - 1]! + 1;
      const to = BANDS[band]!;
      const ranks = from === to ? `rank ${to}` : `ranks ${from} to ${to}`;
      return shareFigure(`colour, texture or shape by ${name}, ${ranks}`, { hits: low, of: known }, base);
    }),
  );
  const top = [...often].sort((a, b) => b[1] - a[1]).slice(0, CASES);
  const total = counts.mean.reduce((sum, { all }) => sum + all, 0);
  const known = counts.mean.reduce((sum, count) => sum + count.known, 0);
  return {
    title: "Perception comes first",
    about:
      "Features that fire on a picture, ordered by the mean or the peak of their activation over its patches; of those whose concept is known, the share that shows a colour, a texture or a shape, and not an object, a word or a face. Control: the share among all known features that fire on the same pictures, whatever their rank.",
    figures,
    cases: top.map(
      ([feature, times]): Case => ({
        ...{ title: conceptOf.get(feature) ?? "concept not known", ref: `${ref}/${feature}` },
        ...{ question: "fires hardest, by mean", before: `${times} of ${n} pictures`, after: "" },
      }),
    ),
    notes: [
      `A feature's concept is known when the best F1 of a concept, chosen on half of ${learned} scenes, is at least ${KNOWN_F1} on the other half: ${conceptOf.size} of ${report.liveFeatures} features that fire, and ${percent(known, total)} of the ${total} places in the first ${BANDS.at(-1)} ranks by mean. Places on one picture are not independent, so the intervals are too narrow.`,
    ],
  };
}

const bands = () => BANDS.map(() => ({ low: 0, known: 0, all: 0 }));
const percent = (part: number, whole: number) => `${whole > 0 ? Math.round((100 * part) / whole) : 0} %`;

function* scenesFrom(atlas: StudyScene["atlas"], from: number, n: number): Generator<Scene> {
  let left = n;
  for (const scene of freshScenes(atlas, from)) {
    if (left-- === 0) return;
    yield scene;
  }
}

/** Peak and mean of every feature that fires, over the patches of an image. */
async function strengths(cells: Matrix, sae: Sae) {
  const { index, value } = await encode(cells, sae);
  const [peak, mean] = [new Map<number, number>(), new Map<number, number>()];
  for (let t = 0; t < index.length; t++) {
    const [feature, z] = [index[t]!, value[t]!];
    if (z <= 0) continue;
    peak.set(feature, Math.max(z, peak.get(feature) ?? 0));
    mean.set(feature, (mean.get(feature) ?? 0) + z / cells.rows);
  }
  return { peak, mean };
}
