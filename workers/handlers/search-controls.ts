import type { JobContext } from "@/lib/jobs/define";
import type { VisionLanguageModel } from "@/lib/model/types";
import { controlSamples } from "@/lib/steering/data";
import { type ControlPrompt, plainAnswer } from "@/lib/steering/off-target";
import { questionOf } from "./steer-off-target";

const PROMPTS = 50;
/** Of the corpus at most: the rest is left for questions. */
const SHARE = 0.25;

/** Prompts of the corpus on which nothing should change, answered plainly. */
export async function controlPrompts(
  ctx: Pick<JobContext, "blobs" | "signal">,
  model: VisionLanguageModel,
  hash: string,
): Promise<(ControlPrompt & { sha: string })[]> {
  const out: (ControlPrompt & { sha: string })[] = [];
  for (const sample of await controlSamples(hash, PROMPTS, SHARE)) {
    const input = await questionOf(ctx.blobs, sample);
    if (input) out.push({ ...(await plainAnswer(model, input, ctx.signal)), sha: sample.sha });
  }
  return out;
}
