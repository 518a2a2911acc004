import { getChatModel } from "@/lib/chat/data";
import type { chatJob } from "@/lib/chat/job";
import type { ChatParams, ChatResult, ChatToken } from "@/lib/chat/schema";
import { ImageCache } from "@/lib/datasets/image-cache";
import { done, type Handler, type JobContext } from "@/lib/jobs/define";
import { topTokens } from "@/lib/model/sampling";
import type { GeneratedToken, TapInput, VisionLanguageModel } from "@/lib/model/types";
import { borrowModel } from "../warm";
import { steeringEdits } from "./steering-edits";

/** Decoded images of the last answers; questions on one image share it. */
let images: ImageCache | undefined;

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
  images ??= new ImageCache(ctx.blobs, 16);
  const image = params.image === null ? undefined : await images.get(params.image);
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
    events?.send(token);
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

/**
 * Sends tokens in order without making the model wait. Equal seeds give equal answers, so a second attempt goes on where
 * the first was cut off.
 */
class TokenEvents {
  private last: Promise<void> = Promise.resolve();

  /** @param known how many were sent by earlier attempts. */
  constructor(
    private readonly ctx: JobContext,
    private readonly known: number,
  ) {}

  send(token: ChatToken): void {
    if (token.i < this.known) return;
    this.last = this.last.then(() => this.ctx.emit("token", { lane: "answer", ...token }));
    // Whoever waits for `sent` hears of it.
    this.last.catch(() => {});
  }

  sent(): Promise<void> {
    return this.last;
  }
}
