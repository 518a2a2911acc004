import type { Steering } from "../schema";

/** Where a feature is turned: a part of the conversation, or the painted region of the image. */
export type Part = "all" | "prompt" | "question" | "last" | "answer" | "image" | "text" | "region";

/** A feature on the desk. */
export interface Turned {
  /** `sae/index`; the desk names the model. */
  ref: string;
  strength: number;
  method: Steering["method"];
  /** Null: where the desk says. */
  where: Part | null;
}

/** Everything that is set on the desk: the state of its address. */
export interface Desk {
  /** Slug; "" is the first model that can answer. */
  model: string;
  features: Turned[];
  /** Hash of the image, or a prefix of 12 digits or more. */
  image: string | null;
  system: string;
  prompt: string;
  /** What followed the first question: answer, question, answer, question. */
  turns: string[];
  where: Part;
  /** The painted cells as base64url bits. */
  region: string | null;
  unit: Steering["unit"];
  seed: number;
  temp: number;
  len: number;
  doses: { from: number; to: number };
  /** Two answers whose gap measures the effect; "" when none is watched. */
  answer: string;
  against: string;
}
