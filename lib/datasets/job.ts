import { ingestParamsSchema } from "@/lib/datasets/schema";
import { defineJob } from "@/lib/jobs/define";

export const ingestJob = defineJob({
  name: "ingest",
  summary: "Brings images and texts into a data set: originals, thumbnails, captions, tags and known truth.",
  schema: ingestParamsSchema,
  lane: "batch",
});
