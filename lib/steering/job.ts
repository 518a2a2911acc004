import { defineJob } from "@/lib/jobs/define";
import { steerParamsSchema } from "@/lib/steering/schema";

export const steerJob = defineJob({
  name: "steer",
  summary: "Answers a prompt plainly and steered, with doses and controls.",
  schema: steerParamsSchema,
  lane: "interactive",
});
