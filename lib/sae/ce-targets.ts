import type { ChatMessage, TapInput, TokenInfo, VisionLanguageModel } from "@/lib/model/types";

/** A token that is scored: the logits of the token before it say how much it was expected. */
export interface ScoredToken {
  position: number; // in the decoder's sequence, at least 1
  id: number;
  answer: boolean; // of an answer, its end token included
}

/**
 * Tokens of a teacher-forced conversation whose cross-entropy is taken: all text, and of the special tokens only those that
 * end an answer. An answer begins where the conversation first differs from what the chat template writes when it asks for
 * one, and ends with the next special token.
 */
export function scoredTokens(
  model: Pick<VisionLanguageModel, "promptTokens">,
  input: TapInput,
): { tokens: TokenInfo[]; scored: ScoredToken[] } {
  const tokens = model.promptTokens(input);
  const inAnswer = new Set<number>();
  for (const [i, message] of input.raw === undefined ? input.messages.entries() : []) {
    if (message.role !== "assistant") continue;
    const asked = model.promptTokens(upTo(input, input.messages.slice(0, i)));
    let at = commonLength(tokens, asked);
    for (; at < tokens.length && tokens[at]!.kind === "text"; at++) inAnswer.add(at);
    if (tokens[at]?.kind === "special") inAnswer.add(at);
  }
  const scored: ScoredToken[] = [];
  for (let position = 1; position < tokens.length; position++) {
    const { id, kind } = tokens[position]!;
    const answer = inAnswer.has(position);
    if (kind === "text" || answer) scored.push({ position, id, answer });
  }
  return { tokens, scored };
}

/** The conversation's beginning; its image stays with it, as the first messages carry it. */
function upTo({ image }: TapInput, messages: ChatMessage[]): TapInput {
  return image && messages.some((message) => message.image) ? { image, messages } : { messages };
}

function commonLength(a: readonly TokenInfo[], b: readonly TokenInfo[]): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at]!.id === b[at]!.id) at++;
  return at;
}
