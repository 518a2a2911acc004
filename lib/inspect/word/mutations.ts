import { getChatModel } from "@/lib/chat/data";
import { VERSION } from "@/lib/core/version";
import { db } from "@/lib/db/client";
import { assertWorker } from "@/lib/jobs/presence";
import { startRun } from "@/lib/jobs/start";
import { toRun } from "@/lib/runs/data";
import type { Run } from "@/lib/runs/schema";
import { assertImage } from "@/lib/samples/data";
import { findSaes } from "@/lib/trace/data";
import { wordJob } from "../job";
import type { WordParams } from "./schema";

/** A drag leaves a run at every step; its address makes any of them again, so they go after this long. */
const KEEP_MS = 24 * 60 * 60 * 1000;

/**
 * Starts trying a word, or answers the run of equal parameters on equal versions.
 * @throws AppError NOT_FOUND, INVALID_INPUT, NO_WORKER.
 */
export async function startWord(params: WordParams): Promise<Run> {
  const slug = params.in.split("/")[0] as string;
  const model = await getChatModel(slug);
  const [sae] = await findSaes(slug, [params.in]);
  await assertImage(params.image);
  const versions = {
    model: model.hash.slice(0, 8),
    sae: `${sae?.hash.slice(0, 8)}.${sae?.evidence ?? ""}`,
    code: VERSION,
  };
  const before = async () => {
    await assertWorker("interactive");
    await db().run.deleteMany({
      where: { kind: wordJob.name, finishedAt: { lt: new Date(Date.now() - KEEP_MS) } },
    });
  };
  return toRun(await startRun(wordJob, params, { versions, reuse: true, before }));
}
