import type { z } from "zod";
import { explainJob, scoreJob } from "@/lib/autointerp/job";
import { ingestJob } from "@/lib/datasets/job";
import { type demoJob, type RegisterResult, registerJob } from "@/lib/demo/job";
import { collectJob } from "@/lib/exemplars/job";
import type { Step } from "@/lib/jobs/chain";
import { mapJob } from "@/lib/map/job";
import { measureJob } from "@/lib/measure/job";
import { cacheJob, type TrainResult, trainJob } from "@/lib/training/job";

export const DEMO_DATASET = "emoji-scenes";

/**
 * The demo as runs, one after the other. The shipped SAE comes first, so that features can be browsed after the first
 * collection; then a small fresh one is trained on the same activations, so that every stage runs here.
 */
export function demoSteps(params: z.output<typeof demoJob.schema>): Step[] {
  const { scenes, folder } = params;
  const dataset = DEMO_DATASET;
  const registered = (results: Record<string, unknown>) => results.register as RegisterResult;
  const at = (results: Record<string, unknown>) => ({
    model: registered(results).model,
    site: registered(results).site,
    dataset,
  });
  const shipped = (results: Record<string, unknown>, more: object) => {
    const { sae } = registered(results);
    return sae === null ? undefined : { saeId: sae, ...more };
  };
  const fresh = (results: Record<string, unknown>) => (results.train as TrainResult).saeId;
  const slug = folder.split("/").at(-1) as string;
  const images = scenes;
  const texts = Math.round(scenes / 5);
  return [
    { name: "register", job: registerJob, params: () => ({ folder, slug, title: titleOf(slug) }) },
    {
      name: "ingest",
      job: ingestJob,
      params: () => ({ dataset, source: { kind: "world", split: "test", images, texts } }),
    },
    { name: "cache", job: cacheJob, params: at },
    { name: "collect", job: collectJob, params: (r) => shipped(r, { dataset }) },
    { name: "explain", job: explainJob, params: (r) => shipped(r, { limit: params.explain }) },
    // After explaining, so that clusters can be named by labels.
    { name: "map", job: mapJob, params: (r) => shipped(r, {}) },
    { name: "score", job: scoreJob, params: (r) => shipped(r, { limit: Math.ceil(params.explain / 2) }) },
    { name: "measure", job: measureJob, params: (r) => shipped(r, MEASURED) },
    { name: "train", job: trainJob, params: (r) => ({ ...at(r), slug: "fresh-2k", ...freshSize(scenes) }) },
    { name: "collect-fresh", job: collectJob, params: (r) => ({ saeId: fresh(r), dataset }) },
    { name: "explain-fresh", job: explainJob, params: (r) => ({ saeId: fresh(r), limit: params.explainFresh }) },
    { name: "map-fresh", job: mapJob, params: (r) => ({ saeId: fresh(r) }) },
    { name: "score-fresh", job: scoreJob, params: (r) => ({ saeId: fresh(r), limit: params.explainFresh }) },
    { name: "measure-fresh", job: measureJob, params: (r) => ({ saeId: fresh(r), ...MEASURED }) },
  ];
}

/** What takes some seconds each: concepts need thousands of scenes, and those of the shipped SAE come with it. */
const MEASURED = { examples: 60, scenes: 0 };

/** Up to two passes over the cached rows, and at most what takes about a minute on two cores. */
function freshSize(scenes: number) {
  const batchSize = 2048;
  const rows = scenes * 250;
  return { n: 2048, k: 16, batchSize, steps: Math.max(20, Math.min(400, Math.round((2 * rows) / batchSize))) };
}

function titleOf(slug: string): string {
  return slug.replaceAll("-", " ").replace(/^\w/, (c) => c.toUpperCase());
}
