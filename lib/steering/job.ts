import { defineJob } from "@/lib/jobs/define";
import { searchParamsSchema, steerParamsSchema } from "@/lib/steering/schema";

export const steerJob = defineJob({
  name: "steer",
  summary: "Answers a prompt plainly and steered, with doses and controls.",
  schema: steerParamsSchema,
  lane: "interactive",
});

export const searchJob = defineJob({
  name: "search",
  summary: "Looks for the smallest set of features that makes the model give wanted answers.",
  schema: searchParamsSchema,
  lane: "interactive",
});
