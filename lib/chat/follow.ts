import { completion, firstChunk, type Head, lastChunks, tokenChunk } from "@/lib/chat/openai";
import type { ChatResult, ChatToken, CompletionRequest } from "@/lib/chat/schema";
import { AppError } from "@/lib/core/errors";
import type { Problem } from "@/lib/core/problem";
import { drain } from "@/lib/model/drain";
import { getRunResult, openRunEvents } from "@/lib/runs/data";
import { cancelRun } from "@/lib/runs/mutations";

/**
 * Tokens of a chat run as they are made; returns its result. A reader that goes away cancels the run.
 * @throws AppError with the reason why the run failed.
 */
async function* follow(run: string, signal: AbortSignal): AsyncGenerator<ChatToken, ChatResult> {
  let over = false;
  try {
    for await (const { type, data } of await openRunEvents(run, { signal })) {
      if (type === "token") yield data as ChatToken;
      if (type === "error" && !(data as { retrying?: boolean }).retrying) {
        over = true;
        const { code, detail, status } = data as Problem;
        throw new AppError(code as Uppercase<string>, detail, { status });
      }
      if (type === "done") {
        over = true;
        return (await getRunResult(run)) as ChatResult;
      }
    }
    throw new AppError("RUN_CANCELLED", "The answer was broken off.");
  } finally {
    // It may have ended in the meantime, which is as good.
    if (!over) await cancelRun(run).catch(() => {});
  }
}

/** The whole answer, once it is there. Errors as `follow`. */
export async function wholeAnswer(head: Head, request: CompletionRequest, signal: AbortSignal) {
  return completion(head, await drain(follow(head.run, signal)), request.logprobs ?? false);
}

/** The answer in `chat.completion.chunk` objects, as it is made. Errors as `follow`. */
export async function* answerChunks(head: Head, request: CompletionRequest, signal: AbortSignal) {
  const logprobs = request.logprobs ?? false;
  yield firstChunk(head);
  const tokens = follow(head.run, signal);
  let sent = "";
  for (;;) {
    const { done, value } = await tokens.next();
    if (done) {
      yield* lastChunks(head, value, sent, request.stream_options?.include_usage ?? false);
      return;
    }
    sent += value.text;
    if (value.text !== "" || logprobs) yield tokenChunk(head, value, logprobs);
  }
}
