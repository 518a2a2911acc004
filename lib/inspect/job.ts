import { inspectParamsSchema } from "@/lib/inspect/schema";
import { wordParamsSchema } from "@/lib/inspect/word/schema";
import { defineJob } from "@/lib/jobs/define";

export const inspectJob = defineJob({
  name: "inspect",
  summary: "Finds every feature that fires on an image, a text, or both.",
  schema: inspectParamsSchema,
  lane: "interactive",
});

export const wordJob = defineJob({
  name: "word",
  summary: "Lays a word on an image and tells what changes under it.",
  schema: wordParamsSchema,
  lane: "interactive",
});
