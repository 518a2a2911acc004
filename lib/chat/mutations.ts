import { chatParams, conversationOf } from "@/lib/chat/conversation";
import { getChatModel } from "@/lib/chat/data";
import { imageOf } from "@/lib/chat/image";
import { chatJob } from "@/lib/chat/job";
import type { Head } from "@/lib/chat/openai";
import type { CompletionRequest } from "@/lib/chat/schema";
import { VERSION } from "@/lib/core/version";
import { db } from "@/lib/db/client";
import { assertWorker } from "@/lib/jobs/presence";
import { startRun } from "@/lib/jobs/start";
import { resolveSteering } from "@/lib/steering/data";

/** Answers that nobody asked to keep go after this long. */
const KEEP_MS = 24 * 60 * 60 * 1000;

/**
 * Starts the run that answers a request.
 * @param host of this server, as the request named it.
 * @throws AppError NOT_FOUND, INVALID_INPUT, NO_WORKER, and those of images and features.
 */
export async function startChat(request: CompletionRequest, host: string): Promise<Head> {
  const model = await getChatModel(request.model);
  const { image } = conversationOf(request);
  const steered = await resolveSteering(model.slug, request.fovea.steering);
  await assertWorker("interactive");
  const sha = image === undefined ? null : await imageOf(image, host);
  const saes = [...new Set(steered.map(({ hash }) => hash.slice(0, 8)))];
  const versions = {
    model: model.hash.slice(0, 8),
    code: VERSION,
    ...(saes.length > 0 ? { sae: saes.join(",") } : {}),
  };
  const seed = request.seed ?? 0;
  await forgetOld();
  const run = await startRun(chatJob, chatParams(request, sha), { seed, versions });
  return { run: run.id, model: model.slug, created: Math.floor(run.createdAt.getTime() / 1000), seed, versions };
}

async function forgetOld(): Promise<void> {
  await db().run.deleteMany({
    where: {
      kind: chatJob.name,
      finishedAt: { lt: new Date(Date.now() - KEEP_MS) },
      params: { path: ["keepRun"], equals: false },
    },
  });
}
