import { z } from "zod";
import { defineJob } from "@/lib/jobs/define";

export const collectJob = defineJob({
  name: "collect",
  summary: "Finds the images and texts that fire each feature, with statistics, bands, near misses and neighbours.",
  schema: z.object({
    saeId: z.string(),
    dataset: z.string(),
  }),
  lane: "batch",
});

/** What a collect run answers. */
export interface CollectResult {
  saeId: string;
  evidence: string;
  live: number;
  tooRare: number;
  dead: number;
  exemplars: number;
}
