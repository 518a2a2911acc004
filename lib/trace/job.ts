import { defineJob } from "@/lib/jobs/define";
import { traceParamsSchema } from "@/lib/trace/schema";

export const traceJob = defineJob({
  name: "trace",
  summary: "Finds which tokens and features made the model give one answer and not another.",
  schema: traceParamsSchema,
  lane: "interactive",
});
