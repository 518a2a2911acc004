import { getChatModel } from "@/lib/chat/data";
import type { chatJob } from "@/lib/chat/job";
import type { ChatParams, ChatResult, ChatToken } from "@/lib/chat/schema";
import { done, type Handler, type JobContext } from "@/lib/jobs/define";
import { topTokens } from "@/lib/model/sampling";
import type { GeneratedToken, TapInput, VisionLanguageModel } from "@/lib/model/types";
import { borrowModel } from "../warm";
import { labImage } from "./lab-input";
import { steeringEdits } from "./steering-edits";
import { TokenEvents } from "./token-events";

export const handleChat: Handler<typeof chatJob> = async (ctx) => {
  const { value: model, release } = await borrowModel(await getChatModel(ctx.params.model));
  try {
    return done(await answer(ctx, model));
  } finally {
    await release();
  }
};

async function answer(ctx: JobContext<ChatParams>, model: VisionLanguageModel): Promise<ChatResult> {
  const { params, run, signal } = ctx;
  const image = params.image === null ? undefined : await labImage(params.image, ctx.blobs);
  const input: TapInput = { messages: params.messages, ...(image ? { image } : {}) };
  const grid = image && model.geometryFor(image);
  const { maxTokens, temperature, topP, stop, topLogprobs } = params;
  const stream = model.generate({
    ...input,
    ...{ maxTokens, temperature, topP, stop, signal, seed: run.seed, logits: (topLogprobs ?? 0) > 0 },
    edits: await steeringEdits(model.slug, params.steering, grid),
  });
  const events = params.stream ? new TokenEvents(ctx, await ctx.countEvents("token")) : undefined;
  const tokens: ChatToken[] = [];
  for (;;) {
    const { done: ended, value } = await stream.next();
    if (ended) {
      await events?.sent();
      const { text, finish, ids } = value;
      return { text, finish, tokens, promptTokens: model.promptTokens(input).length, completionTokens: ids.length };
    }
    const token = chatToken(model, value, tokens.length, topLogprobs ?? 0);
    tokens.push(token);
    events?.send({ lane: "answer", ...token });
  }
}

function chatToken(model: VisionLanguageModel, token: GeneratedToken, i: number, top: number): ChatToken {
  const { id, text, logprob, logits } = token;
  const best = logits ? topTokens(logits, top) : [];
  return {
    ...{ i, id, text, logprob, token: model.tokenText(id) },
    ...(logits ? { top: best.map((other) => ({ ...other, token: model.tokenText(other.id) })) } : {}),
  };
}
