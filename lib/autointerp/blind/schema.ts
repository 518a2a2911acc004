import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { BANDS, exemplarSchema, scoreSchema } from "@/lib/features/schema";
import { geometrySchema, imageSchema } from "@/lib/samples/schema";

export const blindTestSchema = z
  .object({
    id: z.string(),
    explanation: z.string().describe("what the feature is said to stand for"),
    images: z.tuple([imageSchema, imageSchema]).describe("held out; exactly one fires"),
  })
  .meta({ id: "BlindTest" });
export type BlindTest = z.infer<typeof blindTestSchema>;

export const blindOutcomeSchema = z
  .object({
    right: z.boolean(),
    fires: z.union([z.literal(0), z.literal(1)]).describe("which image fires"),
    role: z.enum(["hard", "random"]).describe("of the silent one: a near miss, or drawn at random"),
    counted: z.boolean().describe("false when this person had judged this pair before"),
    ref: z.string(),
    aRef: z.number(),
    evidence: exemplarSchema.pick({ grid: true, scale: true, peak: true, band: true }),
    geometry: geometrySchema,
    score: scoreSchema.extend({ id: z.string() }).describe("of all people; guessing gets half of the pairs right"),
  })
  .meta({ id: "BlindOutcome" });
export type BlindOutcome = z.infer<typeof blindOutcomeSchema>;

export const nextBlindTestContract = contract({
  method: "GET",
  path: "/blind-tests/next",
  summary:
    "Two held-out images of a feature, or of one of an SAE that few people judged: which fires, by the explanation?",
  tag: "explanations",
  cache: "none",
  query: z.object({
    in: z
      .string()
      .regex(/^[^/]+\/[^/]+(\/\d{1,9})?$/)
      .describe("`<model>/<sae>` or a feature's ref"),
    shown: z
      .enum(BANDS)
      .default("top")
      .describe(
        "band of evidence that the person is looking at: its samples are left out, as those of `top` always are",
      ),
    seed: z.coerce.number().int().optional(),
  }),
  response: blindTestSchema,
  errors: ["NOT_FOUND", "NO_PAIR_LEFT"],
});
export type NextQuery = z.output<NonNullable<typeof nextBlindTestContract.query>>;

export const answerBlindTestContract = contract({
  method: "POST",
  path: "/blind-tests/{id}",
  summary: "Say which image fires; answers the outcome. Counted once per person and pair",
  tag: "explanations",
  params: z.object({ id: z.string().max(80) }),
  body: z.object({ choice: z.union([z.literal(0), z.literal(1)]) }),
  response: blindOutcomeSchema,
  errors: ["NOT_FOUND"],
});
