import { z } from "zod";
import { defineJob } from "@/lib/jobs/define";

export const registerJob = defineJob({
  name: "register",
  summary: "Opens a model folder and registers the model with the SAEs that lie beside it.",
  schema: z.object({ folder: z.string(), slug: z.string(), title: z.string() }),
  lane: "batch",
});

/** What a register run answers. Without a shipped SAE the site is at three quarters of the depth. */
export interface RegisterResult {
  model: string;
  site: string;
  sae: string | null;
}

export const demoJob = defineJob({
  name: "demo",
  summary: "Builds the demo: scenes, activations, the shipped SAE's features, explanations, scores, and a fresh SAE.",
  schema: z.object({
    /** Test scenes; texts come on top, one for five scenes. */
    scenes: z.number().int().min(20).default(3000),
    folder: z.string().default("models/tiny-llava-emoji"),
    /** Features that the model is asked about, of the shipped SAE and of the fresh one; captions name all. */
    explain: z.number().int().min(1).default(800),
    explainFresh: z.number().int().min(1).default(100),
  }),
  lane: "batch",
});
