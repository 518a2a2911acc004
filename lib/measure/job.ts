import { defineJob } from "@/lib/jobs/define";
import { measureParamsSchema } from "./schema";

export const measureJob = defineJob({
  name: "measure",
  summary:
    "Measures an SAE: the model's cross-entropy through it, concepts that its features find, and their monosemanticity.",
  schema: measureParamsSchema,
  lane: "batch",
});
