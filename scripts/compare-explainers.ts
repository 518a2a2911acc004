/**
 * Compares the explainers on one SAE of a dataset with known truth (the built-in world): how many features each explains, how often it
 * names the true thing, and what that costs; each figure beside the same one under permuted explanations.
 *
 *   npm run compare-explainers -- [--sae model/slug] [--n 600] [--seed 0] [--list]      (while the demo runs)
 */
import { parseArgs } from "node:util";
import { claimOf, controlClaims } from "../lib/autointerp/claim";
import {
  findCollectedSae,
  listEvidence,
  listRegionSample,
  listScorable,
  readCaptionContrast,
  type SaeWithModel,
  type ScoredFeature,
  sampleFeatures,
} from "../lib/autointerp/data";
import { withRules } from "../lib/autointerp/explainers/by-rule";
import { captionsExplainer } from "../lib/autointerp/explainers/captions";
import { addCost, NO_COST } from "../lib/autointerp/explainers/cost";
import type { ExplainContext, Explainer, Shown } from "../lib/autointerp/explainers/explainer";
import { paperExplainer } from "../lib/autointerp/explainers/paper";
import { pipelineExplainer } from "../lib/autointerp/explainers/pipeline";
import { askElsewhere, selfExplainer } from "../lib/autointerp/explainers/self";
import { EXPLAIN_BANDS, partPool } from "../lib/autointerp/explainers/shown";
import { labelKeys } from "../lib/autointerp/iou";
import { judgeFor } from "../lib/autointerp/judge";
import { localReader } from "../lib/autointerp/local-reader";
import type { NewExplanation, NewScore } from "../lib/autointerp/mutations";
import type { DetectionReceipt } from "../lib/autointerp/schema";
import { balancedAccuracy } from "../lib/autointerp/statistics";
import { createRng } from "../lib/core/rng";
import { eachSample } from "../lib/datasets/data";
import { ImageCache } from "../lib/datasets/image-cache";
import { closeDb } from "../lib/db/client";
import { codesPrefix, readCodes } from "../lib/exemplars/code-store";
import { listCorpus } from "../lib/exemplars/data";
import type { EvidenceN } from "../lib/exemplars/schema";
import type { JobContext, ProgressReport } from "../lib/jobs/define";
import { openLanguageModel } from "../lib/model/open";
import type { Geometry, VisionLanguageModel } from "../lib/model/types";
import { blobs } from "../lib/storage/blobs";
import { UNSEEN_STYLE } from "../lib/world/atlas";
import { AnswerBook } from "../workers/handlers/score-answers";
import { scoreDetection } from "../workers/handlers/score-detection";
import { scoreIou } from "../workers/handlers/score-iou";
import { drawSilent, planItems } from "../workers/handlers/score-items";
import type { Target } from "../workers/handlers/score-targets";
import { shownSamples } from "../workers/handlers/shown-samples";
import { explainFailure } from "./services";
import { conceptsOf } from "./true-concepts";

const PAGE = 64;
const CONTRAST_CAPTIONS = 2000;
const CONTRAST_REGIONS = 160;
/** Held-out images that a true concept is read from, at least: fewer agree by accident. */
const FEWEST = 4;
/** Features of the SAE of arXiv 2411.14982. */
const WHOLE = 131_072;

interface Compared {
  explainer: Explainer;
  explanations: NewExplanation[];
}

/** All explainers on the same features. */
async function explainAll(sae: SaeWithModel, model: VisionLanguageModel, n: number, seed: number) {
  const grid = (sae.model.geometries as { rows: number; cols: number }[])[0] ?? { rows: 1, cols: 1 };
  const signal = new AbortController().signal;
  const context: ExplainContext = shownSamples({ blobs: blobs(), signal }, (image) => model.geometryFor(image));
  const reader = localReader(model);
  const captions = await readCaptionContrast(sae, CONTRAST_CAPTIONS);
  const regions = await listRegionSample(sae.id, "image", CONTRAST_REGIONS);
  const texts = await listRegionSample(sae.id, "text", CONTRAST_REGIONS);
  const elsewhere = await askElsewhere(reader, regions, context);
  const compared: Compared[] = [
    paperExplainer(reader),
    selfExplainer(reader, elsewhere, texts),
    captionsExplainer(captions),
    pipelineExplainer(reader, captions, elsewhere),
  ].map((explainer) => ({ explainer: withRules(explainer, grid), explanations: [] }));
  const features = await sampleFeatures(sae.id, n, seed);
  const truths: string[][] = [];
  for (let from = 0; from < features.length; from += PAGE) {
    const page = features.slice(from, from + PAGE);
    const indices = page.map((f) => f.index);
    const rows = await listEvidence(sae.id, indices, EXPLAIN_BANDS);
    const own = (index: number) => rows.filter((row) => row.index === index);
    for (const one of compared) {
      const shown: Shown[] = page.map((f) => partPool(f, own(f.index), one.explainer.wants));
      one.explanations.push(...(await one.explainer.explain(shown, context)));
    }
    // Of a feature that fires in texts first of all, masks of images tell little.
    for (const { index, imageShare } of page)
      truths.push(imageShare < 0.5 ? [] : (await conceptsOf(own(index), grid, FEWEST)).map((c) => c.key));
    console.error(`explained ${from + page.length} of ${features.length}`);
  }
  return { compared, truths };
}

const keysOf = ({ status, evidence }: NewExplanation): string[] =>
  status === "explained" ? labelKeys(evidence.support) : [];

/** Share of a label's terms that name something true; a label of two terms must have both right to count as one. */
const agreement = (keys: readonly string[], truth: readonly string[]): number =>
  keys.length === 0 ? 0 : keys.filter((key) => truth.includes(key)).length / keys.length;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

/** Every explanation as something to score, and once more under the words of another feature: "paper", "paper/permuted". */
function targetsOf(compared: readonly Compared[], features: ReadonlyMap<number, ScoredFeature>): Target[] {
  return compared.flatMap(({ explainer, explanations }) => {
    const candidates = explanations.flatMap((e) => {
      const feature = features.get(e.index);
      if (!feature || e.status !== "explained" || e.text === null) return [];
      const claim = claimOf({ text: e.text, support: e.evidence.support }, feature.imageShare);
      return [{ index: e.index, kind: e.kind ?? "other", density: feature.density, claim, feature }];
    });
    const controls = controlClaims(candidates, candidates);
    return candidates.flatMap(({ feature, claim }, i): Target[] => {
      const control = controls[i];
      const own = { feature, explanationId: explainer.name as string, claim, control: null };
      return control ? [own, { ...own, explanationId: `${explainer.name}/permuted`, claim: control }] : [own];
    });
  });
}

interface Scores {
  detection: Map<string, NewScore[]>;
  iou: Map<string, NewScore[]>;
  /** Samples in the style that the model was never trained on. */
  unseen: Set<number>;
}

async function scoreAll(
  sae: SaeWithModel,
  model: VisionLanguageModel,
  targets: readonly Target[],
  features: readonly ScoredFeature[],
  seed: number,
): Promise<Scores> {
  const evidence = sae.evidenceN as unknown as EvidenceN;
  const corpus = await listCorpus(sae.datasetId as string);
  const codes = () => readCodes(blobs(), codesPrefix(evidence.cache, sae));
  const report = ({ stage, done, total }: ProgressReport) => console.error(`${stage} ${done} of ${total}`);
  // Answers are kept under a name of their own, so that a comparison that was stopped goes on.
  const run = { id: `compare-explainers-${sae.id}-${features.length}-${seed}`, seed } as JobContext["run"];
  const ctx = { run, blobs: blobs(), signal: new AbortController().signal, progress: report };
  const [grid] = sae.model.geometries as unknown as Geometry[];
  const { outcome } = await scoreIou(ctx, targets, corpus, codes(), evidence.imageTokens, grid);
  const heldOut = await planItems(sae.id, features, await drawSilent(features, sae.n, corpus, codes(), seed));
  const reader = localReader(model);
  const book = await AnswerBook.open(ctx, reader);
  const images = new ImageCache(blobs(), 64);
  const detection = await scoreDetection({ judge: judgeFor(reader), book, images, targets, heldOut });
  await book.discard();
  const unseen = new Set<number>();
  for await (const { id, truth } of eachSample(sae.datasetId as string))
    if (truth && "style" in truth && truth.style === UNSEEN_STYLE) unseen.add(id);
  return { detection: byExplanation(detection.scores), iou: byExplanation(outcome.scores), unseen };
}

function byExplanation(scores: readonly NewScore[]): Map<string, NewScore[]> {
  const out = new Map<string, NewScore[]>();
  for (const score of scores)
    out.set(score.explanationId ?? "", [...(out.get(score.explanationId ?? "") ?? []), score]);
  return out;
}

/** Balanced accuracy over all items of images in the unseen style, of all features together. */
function unseenAccuracy(scores: readonly NewScore[], unseen: ReadonlySet<number>) {
  const items = scores.flatMap(({ receipts }) =>
    (receipts as DetectionReceipt[]).flatMap(({ item, expected, answered }) =>
      item.kind === "image" && answered !== null && unseen.has(item.sampleId) ? [{ expected, answered }] : [],
    ),
  );
  return { value: balancedAccuracy(items), n: items.length };
}

function rowsOf({ explainer, explanations }: Compared, truths: readonly string[][], scores: Scores) {
  const n = explanations.length;
  const clear = truths.flatMap((truth, i) => (truth.length > 0 ? [i] : []));
  const keys = explanations.map(keysOf);
  const named = clear.filter((i) => (keys[i] as string[]).length > 0);
  const cost = explanations.reduce((sum, e) => addCost(sum, e.cost), NO_COST);
  const others = (i: number) => mean(named.filter((j) => j !== i).map((j) => agreement(keys[j]!, truths[i]!)));
  const scored = (which: string) => {
    const detection = scores.detection.get(which) ?? [];
    const iou = scores.iou.get(which) ?? [];
    const { value, n: items } = unseenAccuracy(detection, scores.unseen);
    return {
      detect: mean(detection.map((s) => s.value)),
      // What has no label is as good as guessing, and points nowhere.
      detectAll: (detection.reduce((sum, s) => sum + s.value, 0) + 0.5 * (n - detection.length)) / n,
      unseen: value,
      unseenItems: items,
      iou: mean(iou.map((s) => s.value)),
      iouScored: iou.length,
    };
  };
  return [
    {
      ...{ explainer: explainer.name, explained: mean(explanations.map((e) => Number(e.status === "explained"))) },
      ...{ agrees: mean(clear.map((i) => agreement(keys[i]!, truths[i]!))) },
      ...{ ofNamed: mean(named.map((i) => agreement(keys[i]!, truths[i]!))), ...scored(explainer.name) },
      ...{ calls: cost.calls / n, promptTokens: cost.promptTokens / n, answerTokens: cost.completionTokens / n },
    },
    { explainer: "  permuted", agrees: mean(named.map(others)), ...scored(`${explainer.name}/permuted`) },
  ];
}

const SURE_BINS = [0, 0.5, 0.8, 0.95, 1] as const;

/** How sure an explainer is of its labels, beside how often these name the true concept: calibrated, the two are the same. */
function calibrationOf({ explainer, explanations }: Compared, truths: readonly string[][]) {
  const named = explanations.flatMap((e, i) => {
    const [keys, truth] = [keysOf(e), truths[i] as string[]];
    const sure = e.confidence ?? null;
    return sure === null || keys.length === 0 || truth.length === 0 ? [] : [{ sure, right: agreement(keys, truth) }];
  });
  if (named.length === 0) return [];
  return SURE_BINS.slice(1).map((hi, b) => {
    const lo = SURE_BINS[b] as number;
    const own = named.filter(({ sure }) => sure > lo && sure <= hi);
    const figures = { n: own.length, sure: mean(own.map((o) => o.sure)), right: mean(own.map((o) => o.right)) };
    return { explainer: explainer.name, between: `${lo} and ${hi}`, ...figures };
  });
}

/** What a whole SAE would cost: features drawn with replacement from those that were explained. Mean and 95 % range of the sums. */
function simulateCost({ explainer, explanations }: Compared, features: number, seed: number) {
  const DRAWS = 40;
  const rng = createRng(seed, "cost", explainer.name);
  const sums = Array.from({ length: DRAWS }, () => {
    let sum = NO_COST;
    for (let i = 0; i < features; i++) sum = addCost(sum, rng.pick(explanations).cost);
    return sum;
  });
  const rangeOf = (of: (cost: typeof NO_COST) => number) => {
    const sorted = sums.map(of).sort((a, b) => a - b);
    const at = (q: number) => Math.round(sorted[Math.round(q * (DRAWS - 1))] as number).toLocaleString("en");
    return `${Math.round(mean(sorted)).toLocaleString("en")} (${at(0.025)} to ${at(0.975)})`;
  };
  return {
    explainer: explainer.name,
    calls: rangeOf((c) => c.calls),
    tokens: rangeOf((c) => c.promptTokens + c.completionTokens),
    hoursHere: (mean(sums.map((c) => c.ms)) / 3.6e6).toFixed(2),
  };
}

function listOne(compared: readonly Compared[], i: number, truth: readonly string[]): void {
  const said = compared.map(({ explainer, explanations }) => `${explainer.name}: ${explanations[i]?.text ?? "–"}`);
  console.log(`#${compared[0]?.explanations[i]?.index} ${truth.join(" + ")} | ${said.join(" | ")}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sae: { type: "string" },
      n: { type: "string", default: "600" },
      seed: { type: "string", default: "0" },
      list: { type: "boolean", default: false },
    },
  });
  const sae = await findCollectedSae(values.sae);
  const model = await openLanguageModel(sae.model.location, { slug: sae.model.slug });
  try {
    const seed = Number(values.seed);
    const { compared, truths } = await explainAll(sae, model, Number(values.n), seed);
    const indices = compared[0]?.explanations.map((e) => e.index) ?? [];
    const features = await listScorable(sae.id, indices);
    const targets = targetsOf(compared, new Map(features.map((f) => [f.index, f])));
    const scores = await scoreAll(sae, model, targets, features, seed);
    const clear = truths.filter((t) => t.length > 0).length;
    console.log(
      `${sae.model.slug}/${sae.slug}: ${truths.length} random live features, seed ${seed}; ${clear} of them fire`,
    );
    console.log("in images first of all and have a true concept by the masks: agreement is asked of these.");
    const round = (row: object) =>
      Object.fromEntries(Object.entries(row).map(([k, v]) => [k, typeof v === "number" ? Number(v.toFixed(3)) : v]));
    console.table(compared.flatMap((one) => rowsOf(one, truths, scores)).map(round));
    console.log("How sure labels are, and how often they are right:");
    console.table(compared.flatMap((one) => calibrationOf(one, truths)).map(round));
    console.log(`Simulated for ${WHOLE.toLocaleString("en")} features:`);
    console.table(compared.map((one) => simulateCost(one, WHOLE, seed)));
    if (values.list) for (const [i, truth] of truths.entries()) if (truth.length > 0) listOne(compared, i, truth);
  } finally {
    await model.dispose();
  }
}

main()
  .catch(explainFailure)
  .finally(() => closeDb());
