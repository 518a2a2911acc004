import "server-only";
import { getRunResult } from "@/lib/runs/data";
import type { Run } from "@/lib/runs/schema";
import { listModels } from "@/lib/saes/data";
import { imageSize, listRecentImages } from "@/lib/samples/data";
import { findStarters } from "./data";
import type { TraceParams, TraceResult } from "./schema";
import type { TraceDeskData, TraceRunData } from "./types";

const STARTERS = 3;
const SAMPLES = 12;

/** The desk: models to ask, questions and images to start from, the size of the image that is already chosen. */
export async function loadTraceDesk(query: Record<string, string>): Promise<TraceDeskData> {
  const [models, starters, samples, size] = await Promise.all([
    listModels(),
    findStarters(STARTERS),
    listRecentImages(SAMPLES),
    imageSize(query.image ?? null),
  ]);
  return { models: models.filter(({ kind, saes }) => kind !== "vision" && saes.length > 0), starters, samples, size };
}

/** The permanent page of a run of kind `trace`. */
export async function loadTraceRun(run: Run): Promise<TraceRunData> {
  const { image } = run.params as TraceParams;
  const result = run.state === "done" ? ((await getRunResult(run.id)) as TraceResult) : null;
  return { result, size: await imageSize(image) };
}
