import type { RgbImage } from "@/lib/media/image";

/** What is asked of a chat endpoint: images, then a text. */
export interface ChatQuestion {
  /** Names the question within its run: one that was answered before an interruption is not asked again. */
  key: string;
  images: readonly RgbImage[];
  text: string;
  /** Tokens of the answer at most; twice and four times as many when an answer with a schema is cut off. */
  maxTokens: number;
  /** JSON schema of the answer: an object whose properties have a `description`. */
  schema?: { name: string; schema: object };
}

/** What came of a question, after all tries. */
export type ChatReply =
  | { state: "answered"; text: string; promptTokens: number; completionTokens: number; ms: number }
  | { state: "failed"; reason: string; ms: number }
  | { state: "refused"; reason: string; promptTokens: number; completionTokens: number; ms: number };

export interface Tokens {
  prompt: number;
  completion: number;
}

/** How one request ended. */
export interface CallEnd {
  state: "answered" | "refused" | "failed";
  /** HTTP status; null when no answer came. */
  status: number | null;
  /** Why it failed or was refused. */
  reason: string | null;
  /** The answer, or what was said instead of one. */
  text: string | null;
  /** As the server counts them; null when it did not say. */
  tokens: Tokens | null;
  ms: number;
}

/** What a run knows about a question that it has asked before. */
export interface Known {
  reply: ChatReply | null;
  /** Why the newest request was refused as wrong (400, 413, 422); asking the same again would change nothing. */
  rejected: string | null;
}

/** The account book of a run's requests. A request is written before it is sent, so none is missing whatever happens. */
export interface Ledger {
  find(keys: readonly string[]): Promise<Map<string, Known>>;
  /** Writes a request that is about to be sent. @returns which attempt of its key it is, from 1 */
  open(key: string): Promise<number>;
  close(key: string, attempt: number, end: CallEnd): Promise<void>;
}

/** A model behind an OpenAI-compatible endpoint, ready to be asked. */
export interface ChatClient {
  readonly model: string;
  /** Images that one question may hold. */
  readonly mostImages: number;
  /** False for a model that knows only short questions of its training. */
  readonly instructed: boolean;
  /** Requests that may be under way at once. */
  readonly concurrency: number;
  /**
   * Answers in the order of the questions.
   * @throws AppError EXPLAINER_FAILED when no question can be answered (key, model or address are wrong, or the server is gone);
   * RetryLater when it asks to wait for long; and when the signal aborts.
   */
  ask(questions: readonly ChatQuestion[], signal: AbortSignal): Promise<ChatReply[]>;
}

/** What the requests of a run add up to. */
export interface Account {
  /** Requests, whatever came of them. */
  calls: number;
  answered: number;
  /** The model would not answer. */
  refused: number;
  failed: number;
  /** Sent, and how it ended is not known: the worker died. */
  lost: number;
  /** Answered without a word about tokens. */
  unmetered: number;
  promptTokens: number;
  completionTokens: number;
  /** Milliseconds, all requests added up. */
  ms: number;
  /** In the currency of the prices; null when none are set. */
  price: number | null;
}
