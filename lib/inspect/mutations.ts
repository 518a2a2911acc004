import { getChatModel } from "@/lib/chat/data";
import { AppError } from "@/lib/core/errors";
import { VERSION } from "@/lib/core/version";
import { assertWorker } from "@/lib/jobs/presence";
import { startRun } from "@/lib/jobs/start";
import { toRun } from "@/lib/runs/data";
import type { Run } from "@/lib/runs/schema";
import { assertImage } from "@/lib/samples/data";
import { findSaes } from "@/lib/trace/data";
import { inspectJob } from "./job";
import type { InspectParams } from "./schema";

/** Grows when inspections keep more than before (2: what each feature explains), so that older ones are not answered again. */
const KEEPS = 2;

/**
 * Starts an inspection, or answers the one of equal parameters on equal versions.
 * @throws AppError NOT_FOUND, INVALID_INPUT, NO_WORKER.
 */
export async function startInspect(params: InspectParams, { fresh = false } = {}): Promise<Run> {
  const [first] = params.in as [string, ...string[]];
  const slug = first.split("/")[0] as string;
  if (params.in.some((ref) => !ref.startsWith(`${slug}/`)))
    throw new AppError("INVALID_INPUT", "All SAEs of one inspection must be of the same model.");
  const model = await getChatModel(slug);
  const saes = await findSaes(slug, params.in);
  await assertImage(params.image);
  const versions = {
    model: model.hash.slice(0, 8),
    sae: saes.map(({ hash, evidence }) => `${hash.slice(0, 8)}.${evidence ?? ""}`).join(","),
    code: `${VERSION}.${KEEPS}`,
  };
  return toRun(
    await startRun(inspectJob, params, { versions, reuse: !fresh, before: () => assertWorker("interactive") }),
  );
}
