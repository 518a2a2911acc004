import { explainParamsSchema, scoreParamsSchema } from "@/lib/autointerp/schema";
import { defineJob } from "@/lib/jobs/define";
import type { Account } from "@/lib/llm/types";

export const explainJob = defineJob({
  name: "explain",
  summary: "Asks an explainer what the regions of each feature show and turns its answers into one label.",
  schema: explainParamsSchema,
  lane: "batch",
});

export const scoreJob = defineJob({
  name: "score",
  summary:
    "Tests labels on held-out samples: detection by a judge, overlap with true regions, both with shuffled labels.",
  schema: scoreParamsSchema,
  lane: "batch",
});

/** What an explain run answers: features by how their attempt ended. */
export type ExplainResult = Record<"explained" | "declined" | "unparsed" | "failed" | "skipped", number> & {
  /** What the requests to an endpoint added up to. */
  account?: Account;
};

/** What a score run answers. */
export interface ScoreResult {
  detection: { scored: number; void: number; mean: number | null; control: number | null };
  iou: { scored: number; mean: number | null; control: number | null };
}
