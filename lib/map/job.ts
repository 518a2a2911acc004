import { defineJob } from "@/lib/jobs/define";
import { mapParamsSchema } from "@/lib/map/schema";

export const mapJob = defineJob({
  name: "map",
  summary: "Lays the live features of an SAE out so that similar directions lie together, and names the clusters.",
  schema: mapParamsSchema,
  lane: "batch",
});

/** What a map run answers. */
export interface MapRunResult {
  saeId: string;
  n: number;
  clusters: number;
}
