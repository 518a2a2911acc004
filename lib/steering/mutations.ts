import type { z } from "zod";
import { getChatModel } from "@/lib/chat/data";
import { VERSION } from "@/lib/core/version";
import { assertWorker } from "@/lib/jobs/presence";
import { startRun } from "@/lib/jobs/start";
import { toRun } from "@/lib/runs/data";
import type { Run } from "@/lib/runs/schema";
import { assertImage } from "@/lib/samples/data";
import { findSaes } from "@/lib/trace/data";
import { resolveRequest } from "./data";
import { searchJob, steerJob } from "./job";
import type { steerContract, steerSearchContract } from "./schema";

/** Starts a steering run. @throws AppError NOT_FOUND, INVALID_INPUT, FEATURE_DEAD, NO_WORKER. */
export async function startSteer({ seed, ...params }: z.output<NonNullable<typeof steerContract.body>>): Promise<Run> {
  const { model, steered } = await resolveRequest(params);
  await assertWorker("interactive");
  const saes = [...new Set(steered.map(({ hash }) => hash.slice(0, 8)))].join(",");
  return toRun(
    await startRun(steerJob, params, { seed, versions: { model: model.hash.slice(0, 8), sae: saes, code: VERSION } }),
  );
}

/** Starts a search for the smallest set of edits. @throws AppError NOT_FOUND, INVALID_INPUT, NO_WORKER. */
export async function startSearch({
  seed,
  ...params
}: z.output<NonNullable<typeof steerSearchContract.body>>): Promise<Run> {
  const model = await getChatModel(params.model);
  const [sae] = await findSaes(model.slug, [params.in]);
  for (const { image } of [...params.fit, ...params.heldOut]) await assertImage(image);
  await assertWorker("interactive");
  const versions = { model: model.hash.slice(0, 8), sae: sae!.hash.slice(0, 8), code: VERSION };
  return toRun(await startRun(searchJob, params, { seed, versions }));
}
