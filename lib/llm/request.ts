import { z } from "zod";
import { type Outcome, readAnswer } from "./answer";
import type { ChatEndpoint } from "./endpoint";
import type { Clock } from "./pace";

const modelsSchema = z.object({ data: z.array(z.looseObject({ id: z.string(), owned_by: z.string().nullish() })) });

const headersOf = ({ apiKey }: ChatEndpoint): Record<string, string> =>
  apiKey ? { authorization: `Bearer ${apiKey}` } : {};

/** Some servers say a wrong key back, and what they say is kept. */
const withoutKey = (text: string, { apiKey }: ChatEndpoint) => (apiKey ? text.replaceAll(apiKey, "…") : text);

/** Sends one question. What goes wrong on the way is an outcome; the signal's abort is one too, for the ledger's sake. */
export async function post(
  endpoint: ChatEndpoint,
  body: string,
  requestKey: string,
  clock: Clock,
  signal: AbortSignal,
): Promise<Outcome> {
  const lost = (reason: string): Outcome => ({ kind: "again", status: null, reason, tooMany: false, afterMs: null });
  const { baseUrl, timeoutMs } = endpoint;
  try {
    return await patiently(timeoutMs, signal, async (patience) => {
      const response = await fetch(`${baseUrl}/chat/completions`, {
        method: "POST",
        // A key may hold words of a question: headers take no more than ASCII.
        headers: { "content-type": "application/json", "x-request-key": encodeURI(requestKey), ...headersOf(endpoint) },
        body,
        signal: patience,
      });
      return readAnswer(response.status, response.headers, withoutKey(await response.text(), endpoint), clock.now());
    });
  } catch (error) {
    if (signal.aborted) return lost("Broken off.");
    if (error instanceof Error && error.name === "TimeoutError") return lost(`No answer within ${timeoutMs} ms.`);
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : "";
    return lost(`The connection failed: ${error instanceof Error ? error.message : String(error)} ${cause}`.trim());
  }
}

/**
 * True when the endpoint is Fovea's own: its models say so in their list, and they know only the short questions of their
 * training. An endpoint without a list is taken for one that follows instructions.
 */
export async function knowsShortQuestionsOnly(endpoint: ChatEndpoint, signal: AbortSignal): Promise<boolean> {
  try {
    return await patiently(endpoint.timeoutMs, signal, async (patience) => {
      const response = await fetch(`${endpoint.baseUrl}/models`, { headers: headersOf(endpoint), signal: patience });
      const { data } = modelsSchema.parse(JSON.parse(await response.text()));
      return data.some(({ id, owned_by }) => id === endpoint.model && owned_by === "fovea");
    });
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

/** Does work that a signal or the end of patience aborts; the timer goes with the work, not when garbage is collected. */
async function patiently<T>(ms: number, signal: AbortSignal, work: (patience: AbortSignal) => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(new DOMException("Too slow.", "TimeoutError")), ms);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
