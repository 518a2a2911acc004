import { z } from "zod";
import { defineJob } from "@/lib/jobs/define";

export const embedJob = defineJob({
  name: "embed",
  summary: "Asks the embedder what the labels mean that it has not seen yet, for search by meaning.",
  schema: z.object({ embedder: z.string().min(1).max(200) }),
  lane: "batch",
});
