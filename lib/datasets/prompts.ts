import { createRng } from "@/lib/core/rng";
import type { ImageTruth, TextTruth, Turn } from "@/lib/datasets/schema";
import type { ChatMessage } from "@/lib/model/types";

/** Names the protocol below: caches made by another one are not reused. */
export const PROMPT_PROTOCOL = "conversation-1";
/** Turns of a conversation about an image. */
const TURNS = 3;
const DESCRIBE = "describe the image.";

/** What a model reads for one sample, before the image itself is loaded. */
export interface SamplePrompt {
  messages: ChatMessage[];
  /** Plain text without a chat template. */
  raw?: string;
  hasImage: boolean;
}

/**
 * The protocol by which samples are shown to a model when activations are cached. An image with known questions is shown
 * with a conversation of three of them, the description first, the others drawn by the sample's ordinal; the answers are
 * the true ones. An image without questions is shown with the request to describe it. A text with turns is a
 * conversation; another text is read plainly. Image tokens come before all text, so they do not depend on the questions.
 */
export function promptFor(sample: {
  kind: string;
  ordinal: number;
  text: string | null;
  truth: ImageTruth | TextTruth | null;
}): SamplePrompt {
  if (sample.kind !== "image") {
    const turns = sample.truth && "turns" in sample.truth ? sample.truth.turns : [];
    if (turns.length === 0) return { messages: [], raw: sample.text ?? "", hasImage: false };
    return { messages: conversation(turns), hasImage: false };
  }
  const questions = sample.truth && "questions" in sample.truth ? sample.truth.questions : [];
  const turns = chooseTurns(questions, sample.ordinal);
  const messages: ChatMessage[] = turns.length > 0 ? conversation(turns) : [{ role: "user", content: DESCRIBE }];
  return { messages: messages.map((m, i) => (i === 0 ? { ...m, image: true } : m)), hasImage: true };
}

function chooseTurns(questions: readonly Turn[], ordinal: number): Turn[] {
  const describe = questions.filter((q) => q.kind === "describe").slice(0, 1);
  const others = questions.filter((q) => q.kind !== "describe");
  const drawn = createRng(ordinal, "prompt-turns").sample(others.length, TURNS - describe.length);
  return [...describe, ...drawn.map((i) => others[i] as Turn)];
}

function conversation(turns: readonly Turn[]): ChatMessage[] {
  return turns.flatMap(({ question, answer }): ChatMessage[] => [
    { role: "user", content: question },
    { role: "assistant", content: answer },
  ]);
}
