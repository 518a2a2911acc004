import { addScene, ConceptNames, type SceneRegion } from "@/lib/datasets/scene-regions";
import { conceptF1, type Detector, stateDetectors } from "@/lib/sae/concept-f1";
import { addRegion, type ConceptRegions, createRegions, type Half, regionPeaks } from "@/lib/sae/concept-regions";
import { encode } from "@/lib/sae/encode";
import { shareFigure, shareOf } from "@/lib/studies/figures";
import type { Case, Figure, StudyResult } from "@/lib/studies/schema";
import type { Atlas } from "@/lib/world/atlas";
import { CONCEPTS } from "@/lib/world/concepts";
import { withArticle } from "@/lib/world/questions";
import { makeScene, SPLITS } from "@/lib/world/scene";
import type { Scene } from "@/lib/world/truth";
import { COUNTRIES, SIGN_WORDS } from "@/lib/world/words";
import { type StudyScene, tapped } from "./study-scene";

const SENSES = ["pictured", "written", "said"] as const;
type Sense = (typeof SENSES)[number];

/** Scenes of each sort: pictures of things, signs, maps. */
const SCENES = 3000;
const FIRST = SPLITS.test + 800_000_000;
/** F1 from which a feature counts as showing a concept in a sense. */
const SHOWN = 0.5;
const CASES = 24;

/** Sentences in which a thing is named; the first half chooses, the second half states. */
const SENTENCES = [
  (thing: string) => `is there ${thing}?`,
  (thing: string) => `i see ${thing}.`,
  (thing: string) => `i want ${thing}.`,
  (thing: string) => `this is ${thing} on a table.`,
  (thing: string) => `do you like ${thing}?`,
  (thing: string) => `my friend has ${thing}.`,
  (thing: string) => `what color is ${thing}?`,
  (thing: string) => `tell me about ${thing}.`,
];

/** Concepts that a word on a sign may name. */
const BY_WORD = new Map<string, string>([
  ...CONCEPTS.map(({ name }): [string, string] => [name, name]),
  ...CONCEPTS.filter(({ group }) => group === "feeling").map(({ name }): [string, string] => [
    name.replace(" face", ""),
    name,
  ]),
  ["fries", "french fries"],
  ...(["run", "swim", "sleep", "dance"] as const).map((verb): [string, string] => [
    verb,
    { run: "running", swim: "swimming", sleep: "sleeping", dance: "dancing" }[verb],
  ]),
]);

/**
 * One concept, several senses: for every feature how well it shows its best concept as a picture, as a written word, and in text.
 * The cross-modal score is the second best of the three F1s, so it is high only where two senses are shown.
 */
export async function studySenses(study: StudyScene): Promise<Omit<StudyResult, "name">> {
  const { ctx, model, sae, ref, site, atlas } = study;
  const n = ctx.params.n || SCENES;
  const names = new ConceptNames();
  const regions = { pictured: createRegions(sae.n), written: createRegions(sae.n), said: createRegions(sae.n) };
  for await (const { scene, cells, grid, done } of tapped(model, site, scenes(atlas, n), ctx.signal)) {
    ctx.progress({ stage: "pictures and signs", done, total: 2 * n });
    const half = (scene.seed % 2) as Half;
    for (const sense of ["pictured", "written"] as const) {
      await addScene(regions[sense], names, scene, regionsIn(scene, sense), cells, { grid, sae, half });
    }
  }
  await addTexts(study, regions.said, names);
  ctx.progress({ stage: "scoring", done: 0 });
  const minRegions = Math.min(4, Math.max(2, Math.round(n / 500)));
  const chosen = SENSES.map((sense) => conceptF1(regions[sense], { minRegions }));
  const shared = new Set(SENSES.flatMap((_, s) => chosen[s]!.concepts.map(({ concept }) => concept)));
  const inSenses = (concept: number) => chosen.filter(({ concepts }) => concepts.some((c) => c.concept === concept));
  const eligible = [...shared].filter((concept) => inSenses(concept).length >= 2);
  const scored = scoreAll(
    regions,
    chosen.flatMap(({ features }) => features).filter(({ concept }) => eligible.includes(concept)),
  );
  const live = new Set(chosen.flatMap(({ features }) => features.map(({ feature }) => feature))).size;
  const crossed = scored.filter(({ score }) => score > SHOWN);
  const control = scored.filter(({ control: other }) => other > SHOWN).length;
  const all = crossed.filter(({ f1 }) => SENSES.every((sense) => f1[sense] > SHOWN));
  const found = new Set(crossed.map(({ concept }) => concept)).size;
  const pairs = (a: Sense, b: Sense): Figure => ({
    label: `features that show their concept ${a} and ${b}`,
    value: crossed.filter(({ f1 }) => f1[a] > SHOWN && f1[b] > SHOWN).length,
    ...{ n: scored.length, unit: "number" },
  });
  return {
    title: "One concept, several senses",
    about:
      "Every feature is tried as a detector of its best concept as a picture, as a word on a sign or map, and as a word in a text. Concept and threshold are chosen on half of the scenes and sentences, F1 is stated on the other half; the cross-modal score is the second best of the three. Control: the same with the other senses of another concept.",
    figures: [
      shareFigure(
        "live features with a cross-modal score above 0.5",
        { hits: crossed.length, of: live },
        shareOf({ hits: control, of: live }),
      ),
      shareFigure("concepts that some feature shows in two senses", { hits: found, of: eligible.length }),
      pairs("pictured", "written"),
      pairs("pictured", "said"),
      pairs("written", "said"),
      { label: "features that show all three", value: all.length, n: scored.length, unit: "number" },
    ],
    cases: crossed
      .sort((a, b) => b.score - a.score || a.feature - b.feature)
      .slice(0, CASES)
      .map(
        ({ feature, concept, f1, score }): Case => ({
          ...{ title: names.list[concept] as string, ref: `${ref}/${feature}`, question: `score ${score.toFixed(2)}` },
          ...{ before: SENSES.map((sense) => `${sense} ${f1[sense].toFixed(2)}`).join(", "), after: "" },
        }),
      ),
    notes: [
      `${scored.length} of ${live} live features have a best concept that occurs in two senses; ${eligible.length} concepts do.`,
    ],
  };
}

/** Scenes full of things, then of signs and maps by turns. */
function* scenes(atlas: Atlas, n: number): Generator<Scene> {
  for (let i = 0; i < n; i++) {
    // Halves go by the seed, so both sorts get odd and even ones.
    yield makeScene(atlas, FIRST + i, i % 8 === 7 ? { theme: "face" } : { theme: "objects", nObjects: 4 });
  }
  for (let i = 0; i < n; i++) {
    yield makeScene(atlas, FIRST + n + i, i % 6 < 2 ? { theme: "map" } : { theme: "signs", nSigns: 3 });
  }
}

/** What a scene shows in one sense; regions of the other are left out, the rest are negatives. */
function regionsIn({ objects }: Scene, sense: "pictured" | "written"): SceneRegion[] {
  return objects.flatMap(({ id, kind, concept }) => {
    const isWord = kind === "word" || kind === "country";
    if (isWord !== (sense === "written")) return [];
    const name = kind === "word" ? (BY_WORD.get(concept) ?? concept) : concept;
    return [{ id, concepts: kind === "land" || kind === "shape" ? [] : [name] }];
  });
}

/** Names of things and countries in sentences; all other words are negatives. */
async function addTexts({ ctx, model, sae, site }: StudyScene, to: ConceptRegions, names: ConceptNames): Promise<void> {
  const things = [
    ...CONCEPTS.filter(({ group }) => group !== "feeling").map(({ name }) => ({ name, phrase: withArticle(name) })),
    ...CONCEPTS.filter(({ group }) => group === "feeling").map(({ name }) => ({
      ...{ name, phrase: name.replace(" face", "") },
    })),
    ...COUNTRIES.map((name) => ({ name, phrase: name })),
    ...SIGN_WORDS.filter((word) => !BY_WORD.has(word)).map((word) => ({ name: word, phrase: word })),
  ];
  for (const [done, { name, phrase }] of things.entries()) {
    ctx.progress({ stage: "sentences", done, total: things.length });
    const texts = SENTENCES.map((sentence) => sentence(phrase));
    const inputs = texts.map((content) => ({ messages: [{ role: "user" as const, content }] }));
    for (const [i, { acts, tokens }] of (await model.tap(inputs, site, { signal: ctx.signal })).entries()) {
      const spoken = name.replace(" face", "");
      const regionOfRow = Int32Array.from(
        spans(
          tokens.map(({ text }) => text),
          spoken,
        ),
        (inside) => (inside ? 0 : 1),
      );
      const [said, others] = regionPeaks(await encode(acts, sae), regionOfRow, 2);
      const half: Half = i < SENTENCES.length / 2 ? 0 : 1;
      addRegion(to, { half, concepts: [names.id(name)], features: said!.features, peaks: said!.peaks });
      addRegion(to, { half, concepts: [], features: others!.features, peaks: others!.peaks });
    }
  }
}

/** Which tokens make up a word, the last time it is said. */
function spans(texts: readonly string[], word: string): boolean[] {
  const at = texts.join("").lastIndexOf(word);
  let from = 0;
  return texts.map((text) => {
    const to = from + text.length;
    const inside = at >= 0 && to > at && from < at + word.length && text.trim() !== "";
    from = to;
    return inside;
  });
}

interface Scored {
  feature: number;
  concept: number;
  /** F1 in each sense, on regions on which nothing was chosen. */
  f1: Record<Sense, number>;
  score: number;
  /** The score with the other senses of another feature's concept. */
  control: number;
}

/** For each feature the concept whose second best sense is shown best on the choosing half, stated on the other. */
function scoreAll(regions: Record<Sense, ConceptRegions>, candidates: readonly Detector[]): Scored[] {
  const byPair = new Map(candidates.map((one) => [`${one.feature}/${one.concept}`, one]));
  const pairs = withThresholds(regions, [...byPair.values()]);
  const chosen = f1sOf(regions, 0, pairs);
  const best = new Map<number, { pair: Pair; score: number }>();
  for (const [i, pair] of pairs.entries()) {
    const score = second(chosen[i]!);
    if (score > (best.get(pair.feature)?.score ?? -1)) best.set(pair.feature, { pair, score });
  }
  const kept = [...best.values()].map(({ pair }) => pair).sort((a, b) => a.feature - b.feature);
  const stated = f1sOf(regions, 1, kept);
  // Shifted by half of the list, so that hardly a feature meets its own concept again.
  const shift = Math.floor(kept.length / 2);
  const swapped = kept.map((pair, i) => ({ ...pair, concept: kept[(i + shift) % kept.length]!.concept }));
  const other = f1sOf(regions, 1, swapped);
  return kept.map(({ feature, concept }, i) => {
    const clearest = SENSES.reduce((a, b) => (stated[i]![b] > stated[i]![a] ? b : a));
    const mixed = { ...other[i]!, [clearest]: stated[i]![clearest] };
    return { feature, concept, f1: stated[i]!, score: second(stated[i]!), control: second(mixed) };
  });
}

/** Thresholds that are tried, as shares of the feature's strongest peak in that sense. */
const CUTS = [0, 0.1, 0.2, 0.3, 0.5];

interface Pair {
  feature: number;
  concept: number;
  threshold: Record<Sense, number>;
}

/** The threshold in each sense at which a feature detects its concept best, on the choosing half. */
function withThresholds(regions: Record<Sense, ConceptRegions>, pairs: readonly Detector[]): Pair[] {
  const bySense = SENSES.map((sense) => {
    const most = strongest(regions[sense]);
    const tried = CUTS.map((cut) => pairs.map((pair) => ({ ...pair, threshold: cut * most[pair.feature]! })));
    const f1 = tried.map((detectors) => stateDetectors(regions[sense], 0, detectors).map((one) => one.f1));
    return pairs.map((_, i) => tried[bestOf(f1.map((list) => list[i]!))]![i]!.threshold);
  });
  return pairs.map(({ feature, concept }, i) => {
    const [pictured, written, said] = bySense.map((list) => list[i]!) as [number, number, number];
    return { feature, concept, threshold: { pictured, written, said } };
  });
}

const bestOf = (values: readonly number[]) => values.indexOf(Math.max(...values));

/** Largest peak of every feature in the choosing half, [n]. */
function strongest({ half, nRegions, peakEnd, feature, peak, nFeatures }: ConceptRegions): Float32Array {
  const out = new Float32Array(nFeatures);
  for (let r = 0, t = 0; r < nRegions; r++) {
    for (; t < peakEnd.data[r]!; t++) {
      if (half.data[r] === 0) out[feature.data[t]!] = Math.max(out[feature.data[t]!]!, peak.data[t]!);
    }
  }
  return out;
}

/** F1 of features as detectors of concepts in each sense. */
function f1sOf(regions: Record<Sense, ConceptRegions>, half: Half, pairs: readonly Pair[]): Record<Sense, number>[] {
  const bySense = SENSES.map((sense) => {
    const detectors = pairs.map(({ threshold, ...pair }) => ({ ...pair, threshold: threshold[sense], chosenF1: 0 }));
    return stateDetectors(regions[sense], half, detectors).map(({ f1 }) => f1);
  });
  return pairs.map((_, i) => {
    const [pictured, written, said] = bySense.map((list) => list[i]!) as [number, number, number];
    return { pictured, written, said };
  });
}

const second = (f1: Record<Sense, number>) => Object.values(f1).sort((a, b) => b - a)[1]!;
