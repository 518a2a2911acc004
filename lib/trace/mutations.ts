import { getChatModel } from "@/lib/chat/data";
import { VERSION } from "@/lib/core/version";
import { assertWorker } from "@/lib/jobs/presence";
import { startRun } from "@/lib/jobs/start";
import { toRun } from "@/lib/runs/data";
import type { Run } from "@/lib/runs/schema";
import { assertImage } from "@/lib/samples/data";
import { findSaes } from "./data";
import { traceJob } from "./job";
import type { TraceParams } from "./schema";

/** Starts a trace. @throws AppError NOT_FOUND, INVALID_INPUT, NO_WORKER. */
export async function startTrace(params: TraceParams): Promise<Run> {
  const model = await getChatModel(params.model);
  const saes = await findSaes(model.slug, params.in);
  await assertImage(params.image);
  await assertWorker("interactive");
  const versions = {
    model: model.hash.slice(0, 8),
    sae: saes.map(({ hash }) => hash.slice(0, 8)).join(","),
    code: VERSION,
  };
  return toRun(await startRun(traceJob, params, { versions }));
}
