/**
 * Holds explanations against known truth: of random live features that an explainer has looked at, how many labels name the
 * thing on which, by the masks, most of the activation of held-out exemplars lies; beside it the same count under the labels of the other features.
 *
 *   npm run check-explanations -- [--sae model/slug] [--n 50] [--seed 0]      (while the demo runs)
 */
import { parseArgs } from "node:util";
import { findCollectedSae, listEvidence, sampleLive } from "../lib/autointerp/data";
import { EXPLAIN_BANDS } from "../lib/autointerp/explainers/shown";
import { labelKeys } from "../lib/autointerp/iou";
import type { ExplanationEvidence } from "../lib/autointerp/schema";
import { AppError } from "../lib/core/errors";
import { closeDb } from "../lib/db/client";
import { wilson } from "../lib/tensor/stats";
import { explainFailure } from "./services";
import { conceptsOf } from "./true-concepts";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sae: { type: "string" },
      n: { type: "string", default: "50" },
      seed: { type: "string", default: "0" },
    },
  });
  const sae = await findCollectedSae(values.sae);
  const geometry = (sae.model.geometries as { rows: number; cols: number }[])[0];
  if (!geometry) throw new AppError("SAE_NOT_READY", "The model has no patch grid, so masks cannot decide.");
  const features = await sampleLive(sae.id, Number(values.n), Number(values.seed));
  const rows = await listEvidence(
    sae.id,
    features.map((f) => f.index),
    EXPLAIN_BANDS,
  );
  const keys = features.map(({ explanation }) =>
    explanation ? labelKeys((explanation.evidence as unknown as ExplanationEvidence).support ?? []) : [],
  );
  let right = 0;
  let shuffled = 0;
  let clear = 0;
  for (const [i, { index, explanation }] of features.entries()) {
    const [concept = null] = await conceptsOf(
      rows.filter((row) => row.index === index),
      geometry,
    );
    const names = concept !== null && (keys[i] as string[]).includes(concept.key);
    if (concept) clear++;
    if (names) right++;
    const others = keys.filter((_, j) => j !== i);
    shuffled += others.filter((k) => concept && k.includes(concept.key)).length / Math.max(1, others.length);
    const truth = concept ? `${concept.key} (${concept.share.toFixed(2)})` : "no single thing";
    console.log(
      `${names ? "right" : "     "}  #${String(index).padEnd(6)} ${(explanation?.text ?? "–").padEnd(32)} ${truth}`,
    );
  }
  const n = features.length;
  const interval = wilson(right, n);
  const explained = keys.filter((k) => k.length > 0).length;
  console.log(
    `\n${sae.model.slug}/${sae.slug}: ${n} random live features that fire in images and were looked at (seed ${values.seed})`,
  );
  console.log(`one true concept by the masks: ${clear}; explained: ${explained}`);
  console.log(`labels that name it: ${right} of ${n} (95 % ${interval?.lo.toFixed(2)} to ${interval?.hi.toFixed(2)})`);
  console.log(`under the labels of the others: ${shuffled.toFixed(1)} of ${n}`);
}

main()
  .catch(explainFailure)
  .finally(() => closeDb());
