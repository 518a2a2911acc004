import { defineJob } from "@/lib/jobs/define";
import { studyParamsSchema } from "@/lib/studies/schema";

export const studyJob = defineJob({
  name: "study",
  summary: "Finds one of the published findings again, over a test set, with intervals and controls.",
  schema: studyParamsSchema,
  lane: "batch",
});
