import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { saeParams } from "@/lib/features/schema";
import { runSchema } from "@/lib/runs/schema";
import { EXPLAINERS, EXPLANATION_STATUSES } from "../schema";

const costSchema = z.object({
  calls: z.number(),
  promptTokens: z.number(),
  completionTokens: z.number(),
  ms: z.number(),
});

export const explainerRowSchema = z.object({
  explainer: z.string(),
  model: z.string().nullable().describe("who answered; for captions the dataset"),
  promptVersion: z.string(),
  features: z.int(),
  statuses: z.partialRecord(z.enum(EXPLANATION_STATUSES), z.int()),
  perFeature: costSchema.describe("means over its features"),
  scores: z
    .record(
      z.string(),
      z.object({
        n: z.int(),
        mean: z.number(),
        control: z.number().nullable(),
        values: z.array(z.int()).describe("explanations by the tenth of 0 to 1 that their score lies in"),
        controls: z.array(z.int()).describe("the same of their controls"),
      }),
    )
    .describe("by score: means over its scored explanations, and under the explanations of other features"),
});
export type ExplainerRow = z.infer<typeof explainerRowSchema>;

export const explainOverviewSchema = z
  .object({
    ref: z.string(),
    live: z.int(),
    explained: z.int().describe("live features with a label"),
    disagreeing: z.int().describe("live features whose explanations name different things"),
    explainers: z.array(explainerRowSchema),
    /** What a feature costs, for each explainer that can be started; assumed where none has worked here yet. */
    offered: z.array(
      z.object({ explainer: z.enum(EXPLAINERS), perFeature: costSchema, measuredOn: z.int(), waiting: z.int() }),
    ),
    price: z
      .object({ prompt: z.number(), completion: z.number() })
      .nullable()
      .describe("of the endpoint, per million tokens"),
    run: runSchema.nullable().describe("the run that explains it now, or waits to"),
    scoring: runSchema.nullable().describe("the run that scores its explanations now, or waits to"),
  })
  .meta({ id: "ExplainOverview" });
export type ExplainOverview = z.infer<typeof explainOverviewSchema>;

export const explainOverviewContract = contract({
  method: "GET",
  path: "/saes/{model}/{sae}/explainers",
  summary:
    "Explainers of an SAE beside each other: how their attempts ended, scores, what a feature cost; and what others would cost",
  tag: "explanations",
  params: saeParams,
  response: explainOverviewSchema,
  errors: ["NOT_FOUND"],
});
