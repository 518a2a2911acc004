import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";

/** Where and how to ask. */
export interface ChatEndpoint {
  /** Without a slash at its end: `http://127.0.0.1:8000/v1`. */
  baseUrl: string;
  model: string;
  apiKey: string | undefined;
  /** Requests under way at once, at most. */
  concurrency: number;
  /** Requests a minute at most; as many as it takes when absent. */
  perMinute: number | undefined;
  timeoutMs: number;
  /** The first pause before a question is asked again; later ones double. */
  pauseMs: number;
}

const PAUSE_MS = 500;

/** The endpoint that the environment names (EXPLAINER_*). @throws AppError EXPLAINER_FAILED when it names none. */
export function chatEndpoint(): ChatEndpoint {
  const given = env();
  if (!given.EXPLAINER_BASE_URL || !given.EXPLAINER_MODEL) {
    throw new AppError(
      "EXPLAINER_FAILED",
      "No endpoint is set: give EXPLAINER_BASE_URL and EXPLAINER_MODEL, or choose another explainer.",
      { status: 422 },
    );
  }
  return {
    baseUrl: given.EXPLAINER_BASE_URL.replace(/\/+$/, ""),
    model: given.EXPLAINER_MODEL,
    apiKey: given.EXPLAINER_API_KEY,
    concurrency: given.EXPLAINER_CONCURRENCY,
    perMinute: given.EXPLAINER_RPM,
    timeoutMs: given.EXPLAINER_TIMEOUT_MS,
    pauseMs: PAUSE_MS,
  };
}
