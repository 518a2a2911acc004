import { inspectParamsSchema } from "@/lib/inspect/schema";
import { defineJob } from "@/lib/jobs/define";

export const inspectJob = defineJob({
  name: "inspect",
  summary: "Finds every feature that fires on an image, a text, or both.",
  schema: inspectParamsSchema,
  lane: "interactive",
});
