import { type ChatParams, type CompletionRequest, DEFAULT_ANSWER_TOKENS, MAX_ANSWER_TOKENS } from "@/lib/chat/schema";
import { AppError } from "@/lib/core/errors";

type Part = Exclude<CompletionRequest["messages"][number]["content"], string>[number];

/**
 * The conversation in a model's words: text parts joined by line ends, and the address of the one image.
 * @throws AppError INVALID_INPUT when there are several images.
 */
export function conversationOf(request: CompletionRequest): { messages: ChatParams["messages"]; image?: string } {
  const images: string[] = [];
  const messages = request.messages.map(({ role, content }) => {
    const parts: Part[] = typeof content === "string" ? [{ type: "text", text: content }] : content;
    const found = parts.flatMap((part) => (part.type === "image_url" ? [part.image_url.url] : []));
    images.push(...found);
    return {
      role: role === "developer" ? ("system" as const) : role,
      content: parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n"),
      ...(found.length > 0 ? { image: true as const } : {}),
    };
  });
  if (images.length > 1) {
    throw new AppError("INVALID_INPUT", `A conversation takes one image, and this one has ${images.length}.`, {
      errors: [{ path: "messages", message: "one image_url at most" }],
    });
  }
  return { messages, ...(images[0] === undefined ? {} : { image: images[0] }) };
}

/**
 * Parameters of the run that answers a request. Without `temperature` the answer is greedy and without `seed` it is drawn
 * with seed 0: what a research tool answers can be had again.
 */
export function chatParams(request: CompletionRequest, image: string | null): ChatParams {
  const { stop, fovea } = request;
  const wanted = request.max_completion_tokens ?? request.max_tokens;
  return {
    model: request.model,
    messages: conversationOf(request).messages,
    image,
    steering: fovea.steering,
    maxTokens: Math.min(wanted ?? DEFAULT_ANSWER_TOKENS, MAX_ANSWER_TOKENS),
    temperature: request.temperature ?? 0,
    topP: request.top_p ?? 1,
    stop: stop == null ? [] : [stop].flat(),
    topLogprobs: request.logprobs ? (request.top_logprobs ?? 0) : null,
    stream: request.stream ?? false,
    keepRun: fovea.keepRun,
  };
}
