import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { runSchema } from "@/lib/runs/schema";
import { geometrySchema } from "@/lib/samples/schema";
import { conversationFields } from "@/lib/steering/schema";

export const METHODS = ["gradient", "integrated", "halving"] as const;

export const traceParamsSchema = z
  .object({
    ...conversationFields,
    in: z.array(z.string()).min(1).max(8).describe("SAEs, `model/sae` or `sae`"),
    answer: z.string().optional().describe("text or `#id`; the likeliest next token when left out"),
    against: z.string().optional().describe("text or `#id`; the second likeliest when left out"),
    method: z.enum(METHODS).default("gradient"),
    verifyTop: z
      .int()
      .min(0)
      .max(2000)
      .default(100)
      .describe("causes and gains whose estimate is checked by running the model"),
  })
  .meta({ id: "TraceRequest" });
export type TraceParams = z.output<typeof traceParamsSchema>;

const answerSchema = z.object({
  text: z.string(),
  ids: z.array(z.int()),
  logprob: z.number(),
});

export const causeSchema = z
  .object({
    sae: z.string(),
    ref: z.string().nullable().describe("null: what the SAE leaves unexplained"),
    label: z.string().nullable(),
    position: z.int(),
    activation: z.number().nullable(),
    estimate: z.number().describe("share of the gap that the cause makes up; positive supports the answer"),
    ablated: z
      .number()
      .nullable()
      .describe("the gap's change, sign turned, when the model runs without it; null: not run"),
  })
  .meta({ id: "Cause" });
export type Cause = z.infer<typeof causeSchema>;

export const gainSchema = z.object({
  sae: z.string(),
  ref: z.string(),
  label: z.string().nullable(),
  estimate: z.number().describe("change of the gap when the feature is added at its reference strength everywhere"),
  steered: z.number().nullable().describe("that change when the model runs so; null: not run"),
});
export type Gain = z.infer<typeof gainSchema>;

export const traceSiteSchema = z.object({
  sae: z.string(),
  site: z.string(),
  features: z.number().describe("sum of what all features do, over all tokens"),
  error: z.number().describe("the same of what the SAE leaves unexplained"),
  bias: z.number().describe("the same of the SAE's bias, which it adds to every token alike"),
  identity: z
    .number()
    .describe("h . g over all tokens: with one gradient the three together; 0 where no gradient was taken"),
  errorShare: z.number().describe("|error| / (|error| + sum of |features|), by token"),
  bySource: z
    .object({ image: z.number(), question: z.number(), special: z.number() })
    .describe("`features` by where they fire, without error and bias"),
  perToken: z.array(z.number()).describe("signed sum of features and error at each token"),
  grid: z.string().nullable().describe("base64 of signed bytes, rows x cols of the base view: value = q scale / 127"),
  scale: z.number(),
  agreement: z
    .object({
      n: z.int(),
      pearson: z.number().nullable(),
      spearman: z.number().nullable(),
      topDecile: z.number().nullable().describe("Pearson correlation in the tenth of largest estimates"),
      sameSign: z.number().nullable(),
    })
    .nullable(),
  together: z
    .array(z.object({ n: z.int(), gap: z.number() }))
    .describe("the gap with the first n causes removed at once"),
});

export const traceResultSchema = z
  .object({
    method: z.enum(METHODS),
    form: z.enum(["logit", "sequence"]),
    gap: z.number(),
    answer: answerSchema,
    against: answerSchema,
    likely: z
      .array(z.object({ id: z.int(), token: z.string(), logprob: z.number() }))
      .describe("likeliest next tokens"),
    tokens: z.array(
      z.object({ id: z.int(), text: z.string(), kind: z.enum(["text", "image", "special"]), cell: z.int().optional() }),
    ),
    geometry: geometrySchema.nullable(),
    sites: z.array(traceSiteSchema),
    causes: z.array(causeSchema).describe("largest estimates first"),
    gains: z.array(gainSchema).describe("silent features that would change the gap most"),
    notice: z.string().nullable(),
  })
  .meta({ id: "TraceResult" });
export type TraceResult = z.infer<typeof traceResultSchema>;

export const traceContract = contract({
  method: "POST",
  path: "/trace",
  summary: "Which tokens and features made the model give one answer and not another",
  tag: "lab",
  scope: "compute",
  status: 202,
  body: traceParamsSchema,
  response: runSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT", "ANSWERS_EQUAL", "NO_WORKER"],
});
