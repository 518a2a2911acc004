/**
 * Compares the explainers on one SAE of a dataset with known truth (the built-in world): how many features each explains, how often it
 * names the true thing, and what that costs; each figure beside the same one under permuted explanations.
 *
 *   npm run compare-explainers -- [--sae model/slug] [--n 1000] [--seed 0]      (while the demo runs)
 */
import { parseArgs } from "node:util";
import {
  findCollectedSae,
  listEvidence,
  listRegionSample,
  readCaptionContrast,
  type SaeWithModel,
  sampleFeatures,
} from "../lib/autointerp/data";
import { captionsExplainer } from "../lib/autointerp/explainers/captions";
import { addCost, NO_COST } from "../lib/autointerp/explainers/cost";
import type { ExplainContext, Explainer, Shown } from "../lib/autointerp/explainers/explainer";
import { paperExplainer } from "../lib/autointerp/explainers/paper";
import { openPipelineExplainer } from "../lib/autointerp/explainers/pipeline";
import { openSelfExplainer } from "../lib/autointerp/explainers/self";
import { EXPLAIN_BANDS, partPool } from "../lib/autointerp/explainers/shown";
import { labelKeys } from "../lib/autointerp/iou";
import { localReader } from "../lib/autointerp/local-reader";
import type { NewExplanation } from "../lib/autointerp/mutations";
import { closeDb } from "../lib/db/client";
import { openLanguageModel } from "../lib/model/open";
import type { VisionLanguageModel } from "../lib/model/types";
import { blobs } from "../lib/storage/blobs";
import { shownSamples } from "../workers/handlers/shown-samples";
import { explainFailure } from "./services";
import { conceptsOf } from "./true-concepts";

const PAGE = 64;
const CONTRAST_CAPTIONS = 2000;
const CONTRAST_REGIONS = 160;

interface Compared {
  explainer: Explainer;
  explanations: NewExplanation[];
}

/** All explainers on the same features. */
async function explainAll(sae: SaeWithModel, model: VisionLanguageModel, n: number, seed: number) {
  const signal = new AbortController().signal;
  const context: ExplainContext = shownSamples({ blobs: blobs(), signal }, (image) => model.geometryFor(image));
  const reader = localReader(model);
  const captions = await readCaptionContrast(sae, CONTRAST_CAPTIONS);
  const regions = await listRegionSample(sae.id, "image", CONTRAST_REGIONS);
  const texts = await listRegionSample(sae.id, "text", CONTRAST_REGIONS);
  const compared: Compared[] = [
    paperExplainer(reader),
    await openSelfExplainer(reader, { regions, texts }, context),
    captionsExplainer(captions),
    await openPipelineExplainer(reader, captions, regions, context),
  ].map((explainer) => ({ explainer, explanations: [] }));
  const features = await sampleFeatures(sae.id, n, seed);
  const grid = (sae.model.geometries as { rows: number; cols: number }[])[0] ?? { rows: 1, cols: 1 };
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
      truths.push(imageShare < 0.5 ? [] : (await conceptsOf(own(index), grid)).map((c) => c.key));
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

function rowOf({ explainer, explanations }: Compared, truths: readonly string[][]) {
  const clear = truths.flatMap((truth, i) => (truth.length > 0 ? [i] : []));
  const keys = explanations.map(keysOf);
  const named = clear.filter((i) => (keys[i] as string[]).length > 0);
  const cost = explanations.reduce((sum, e) => addCost(sum, e.cost), NO_COST);
  const permuted = named.map((i) => mean(named.filter((j) => j !== i).map((j) => agreement(keys[j]!, truths[i]!))));
  return {
    explainer: explainer.name,
    explained: mean(explanations.map((e) => Number(e.status === "explained"))),
    agrees: mean(clear.map((i) => agreement(keys[i]!, truths[i]!))),
    agreesOfExplained: mean(named.map((i) => agreement(keys[i]!, truths[i]!))),
    permuted: mean(permuted),
    terms: mean(named.map((i) => keys[i]!.length)),
    calls: cost.calls / explanations.length,
    promptTokens: cost.promptTokens / explanations.length,
    completionTokens: cost.completionTokens / explanations.length,
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sae: { type: "string" },
      n: { type: "string", default: "1000" },
      seed: { type: "string", default: "0" },
    },
  });
  const sae = await findCollectedSae(values.sae);
  const model = await openLanguageModel(sae.model.location, { slug: sae.model.slug });
  try {
    const { compared, truths } = await explainAll(sae, model, Number(values.n), Number(values.seed));
    console.log(
      `${sae.slug}: ${truths.length} features, ${truths.filter((t) => t.length > 0).length} with a true concept`,
    );
    console.table(
      compared.map((one) =>
        Object.fromEntries(
          Object.entries(rowOf(one, truths)).map(([k, v]) => [k, typeof v === "number" ? Number(v.toFixed(4)) : v]),
        ),
      ),
    );
    if (process.env.SHOW)
      truths.forEach((truth, i) => {
        if (truth.length === 0) return;
        const said = compared.map(({ explanations }) => explanations[i]?.text ?? "–");
        console.log(
          `#${compared[0]!.explanations[i]!.index} ${truth.join(" + ")} | ${said.join(" | ")} | ${compared[3]!.explanations[
            i
          ]!.evidence.exemplars.map((e) => e.answers[0]?.answer)
            .filter(Boolean)
            .join(" / ")}`,
        );
      });
  } finally {
    await model.dispose();
  }
}

main()
  .catch(explainFailure)
  .finally(() => closeDb());
