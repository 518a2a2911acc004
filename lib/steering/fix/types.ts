import type { ModelCard } from "@/lib/saes/schema";
import type { Starter } from "@/lib/trace/types";
import type { SearchQuestions, SearchResult } from "../schema";

/** Everything that is set on the desk of a search: the state of its address. */
export interface FixSetup {
  /** `model/sae`, or a model alone; "" leaves the choice to the desk. */
  in: string;
  image: string | null;
  system: string;
  /** "" when no question of one's own is asked. */
  prompt: string;
  /** What followed the first question: answer, question, answer, question. */
  turns: readonly string[];
  /** What the model should say to it, and what it should not; "" there: what it says by itself. */
  wanted: string;
  unwanted: string;
  /** Other stored images that the same question is tried on afterwards. */
  others: number;
  /** Kind of stored questions whose mistakes are mended; "" when there are none to mend. */
  questions: string;
  mend: SearchQuestions["mend"];
  kl: number;
  changed: number;
  edits: number;
}

/** Stored questions of yes or no of one kind. */
export interface QuestionKind {
  /** Slug of the data set that they are about. */
  dataset: string;
  kind: string;
  example: string;
  n: number;
}

export interface FixDeskData {
  /** Models that answer and have an SAE. */
  models: ModelCard[];
  starters: Starter[];
  kinds: QuestionKind[];
}

/** What the permanent page of a search shows. */
export interface FixRunData {
  /** Null until the run is done. */
  result: SearchResult | null;
}
