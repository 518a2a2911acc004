import type { InspectResult } from "@/lib/inspect/schema";
import { topTokens } from "@/lib/model/sampling";
import type { GenerateInput, VisionLanguageModel } from "@/lib/model/types";

const TOP_TOKENS = 5;

/** A model's answer, each token with what it might have said instead. */
export async function answerWithTop(
  model: VisionLanguageModel,
  input: GenerateInput,
): Promise<NonNullable<InspectResult["answer"]>> {
  const stream = model.generate({ ...input, logits: true });
  const tokens: NonNullable<InspectResult["answer"]>["tokens"] = [];
  for (;;) {
    const { done: ended, value } = await stream.next();
    if (ended) return { text: value.text, tokens };
    const top = topTokens(value.logits as Float32Array, TOP_TOKENS);
    tokens.push({
      text: model.tokenText(value.id),
      logprob: value.logprob,
      top: top.map(({ id, logprob }) => ({ token: model.tokenText(id), logprob })),
    });
  }
}
