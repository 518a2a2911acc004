import { explainParamsSchema, scoreParamsSchema } from "@/lib/autointerp/schema";
import { defineJob } from "@/lib/jobs/define";

export const explainJob = defineJob({
  name: "explain",
  summary: "Says what features stand for: by captions first, then by asking a model about their regions.",
  schema: explainParamsSchema,
  lane: "batch",
});

export const scoreJob = defineJob({
  name: "score",
  summary:
    "Tests explanations on samples that no explainer saw: does a judge tell by them what fires and where; with other features' explanations as control.",
  schema: scoreParamsSchema,
  lane: "batch",
});
