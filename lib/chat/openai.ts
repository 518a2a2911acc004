import type { ChatResult, ChatToken } from "@/lib/chat/schema";

/** What every answer of one run says of itself. */
export interface Head {
  run: string;
  model: string;
  /** Seconds since 1970. */
  created: number;
  seed: number;
  versions: Record<string, string>;
}

const base = ({ run, model, created }: Head) => ({ id: `chatcmpl-${run}`, created, model });

const extension = ({ run, versions, seed }: Head) => ({ run, versions, seed });

const usageOf = ({ promptTokens, completionTokens }: ChatResult) => ({
  prompt_tokens: promptTokens,
  completion_tokens: completionTokens,
  total_tokens: promptTokens + completionTokens,
});

/** A `chat.completion`. */
export function completion(head: Head, result: ChatResult, logprobs: boolean) {
  return {
    ...base(head),
    object: "chat.completion" as const,
    choices: [
      {
        index: 0,
        message: { role: "assistant" as const, content: result.text, refusal: null },
        finish_reason: result.finish,
        logprobs: logprobs ? { content: result.tokens.map(logprobOf), refusal: null } : null,
      },
    ],
    usage: usageOf(result),
    fovea: extension(head),
  };
}

type Choice = { index: 0; delta: object; finish_reason: string | null; logprobs: object | null };

function chunk(head: Head, choices: Choice[], more: object = {}) {
  return { ...base(head), object: "chat.completion.chunk" as const, choices, ...more };
}

/** The first chunk: who speaks. */
export function firstChunk(head: Head) {
  const delta = { role: "assistant", content: "" };
  return chunk(head, [{ index: 0, delta, finish_reason: null, logprobs: null }]);
}

export function tokenChunk(head: Head, token: ChatToken, logprobs: boolean) {
  const content = logprobs ? { content: [logprobOf(token)], refusal: null } : null;
  return chunk(head, [{ index: 0, delta: { content: token.text }, finish_reason: null, logprobs: content }]);
}

/** The last chunks: what no token carried, why it ended, and on request what it cost. */
export function lastChunks(head: Head, result: ChatResult, sent: string, includeUsage: boolean) {
  const rest = result.text.slice(sent.length);
  const delta = rest === "" ? {} : { content: rest };
  const end = [{ index: 0 as const, delta, finish_reason: result.finish, logprobs: null }];
  const last = chunk(head, end, { fovea: extension(head) });
  return includeUsage ? [last, chunk(head, [], { usage: usageOf(result) })] : [last];
}

function logprobOf({ token, logprob, top = [] }: ChatToken) {
  const entry = (text: string, value: number) => ({ token: text, logprob: value, bytes: [...Buffer.from(text)] });
  return { ...entry(token, logprob), top_logprobs: top.map((other) => entry(other.token, other.logprob)) };
}
