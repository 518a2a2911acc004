import type { RgbImage } from "@/lib/media/image";

/** A question to a model that can read images. */
export interface Question {
  /** Names the question within its run: one that was answered before an interruption is not asked again. */
  key: string;
  /** At most `mostImages` of the reader, in the order in which the text speaks of them. */
  images: readonly RgbImage[];
  text: string;
  /** Tokens of the answer at most. */
  maxTokens: number;
  /** JSON schema that the answer should keep; readers that cannot hold a model to one put it into words. */
  schema?: { name: string; schema: object };
}

/** What came of a question. A reader never throws for one question: the others of the batch are not lost with it. */
export type Reply =
  | { state: "answered"; text: string; promptTokens: number; completionTokens: number; ms: number }
  /** No answer after all tries; says why. */
  | { state: "failed"; reason: string; ms: number }
  /** The model would not answer. */
  | { state: "refused"; reason: string; promptTokens: number; completionTokens: number; ms: number };

/** Who answers questions about images: the loaded model itself, or a model behind an endpoint. */
export interface Reader {
  /** Name of the model that answers; stored with what it said. */
  readonly model: string;
  /** Images that one question may hold. */
  readonly mostImages: number;
  /** False for a model that knows only short questions of its training, such as "what is shown here?". */
  readonly instructed: boolean;
  /** Answers in the order of the questions. @throws when the signal aborts. */
  ask(questions: readonly Question[], signal: AbortSignal): Promise<Reply[]>;
}
