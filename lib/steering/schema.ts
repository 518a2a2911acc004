import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { runSchema } from "@/lib/runs/schema";
import { STEER_METHODS } from "@/lib/sae/steer-methods";

/** Most features that one request may steer. */
export const MAX_STEERED = 16;

export const POSITIONS = ["all", "prompt", "question", "last", "answer", "image", "text"] as const;

export const whereSchema = z
  .object({
    positions: z
      .union([
        z.enum(POSITIONS),
        z
          .array(z.tuple([z.int().min(0), z.int().min(0)]))
          .min(1)
          .max(64),
      ])
      .default("all")
      .describe(
        "a part of the conversation (last: the prompt's last token, from which the answer begins), or ranges [from, to) of token positions",
      ),
    region: z
      .object({
        view: z.literal("base"),
        mask: z
          .string()
          .regex(/^[A-Za-z0-9_-]+$/, "A mask is base64url.")
          .describe("one bit a cell, row-major"),
      })
      .optional()
      .describe("only these cells of the image"),
  })
  .meta({ id: "Where" });
export type Where = z.output<typeof whereSchema>;

export const steeringSchema = z
  .object({
    feature: z
      .string()
      .regex(/^([^/\s]+\/)?[^/\s]+\/\d+$/, "A feature is named sae/index or model/sae/index.")
      .describe("sae/index or model/sae/index"),
    method: z.enum(STEER_METHODS).default("add"),
    strength: z.number().min(-1e6).max(1e6).default(1).describe("of `scale` a factor; of `ablate` without meaning"),
    unit: z
      .enum(["ref", "max", "raw"])
      .default("ref")
      .describe("ref: 99.9th percentile of the feature's activations; max: the largest; raw: as it is"),
    where: whereSchema.default({ positions: "all" }),
  })
  .meta({ id: "Steering" });
export type Steering = z.output<typeof steeringSchema>;

/** A feature to turn, with what the database knows of it. */
export interface ResolvedSteering {
  site: string;
  /** Folder of the SAE's checkpoint. */
  checkpoint: string;
  /** Hash of the checkpoint. */
  hash: string;
  feature: number;
  method: Steering["method"];
  /** Raw units; of `scale` a factor. */
  strength: number;
  where: Where;
}

/** What a model reads in the lab: a conversation, with an image at the first user's turn if there is one. */
export const conversationFields = {
  model: z.string().max(64),
  messages: z
    .array(z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string().max(20_000) }))
    .min(1)
    .max(64),
  image: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "An image is named by its SHA-256 in hex.")
    .nullable()
    .default(null),
};

const conversationSchema = z.object(conversationFields);
export type Conversation = z.output<typeof conversationSchema>;

export const CONTROLS = ["random", "sae", "feature"] as const;

/** Two answers that are compared: the gap is that of their log-probabilities, positive where the first is likelier. */
export const watchSchema = z.object({ answer: z.string().min(1), against: z.string().min(1) });

export const steerParamsSchema = z
  .object({
    ...conversationFields,
    steering: z.array(steeringSchema).min(1).max(MAX_STEERED),
    maxTokens: z.int().min(1).max(512).default(128),
    temperature: z.number().min(0).max(2).default(0),
    topP: z.number().gt(0).max(1).default(1),
    topLogprobs: z.int().min(0).max(20).default(0),
    doses: z
      .array(z.number().min(-100).max(100))
      .max(15)
      .default([])
      .describe("multiply all strengths; one frame each"),
    controls: z
      .array(z.enum(CONTROLS))
      .default([])
      .describe(
        "random: directions of the same length; sae: the reconstruction alone; feature: another one of like density",
      ),
    controlSeeds: z.int().min(1).max(10).default(5),
    watch: watchSchema.optional(),
    offTarget: z
      .boolean()
      .default(false)
      .describe("measure what changes on control prompts where the features are silent"),
  })
  .meta({ id: "SteerRequest" });
export type SteerParams = z.output<typeof steerParamsSchema>;

/** What starts a steering run. */
export const steerBodySchema = steerParamsSchema.extend({ seed: z.int().min(0).max(0x7fffffff).default(0) });

export const steeredTokenSchema = z.object({
  id: z.int(),
  text: z.string().describe("what it adds to the answer"),
  token: z.string().describe("the vocabulary entry"),
  logprob: z.number(),
  top: z.array(z.object({ id: z.int(), token: z.string(), logprob: z.number() })).optional(),
});
export type SteeredToken = z.infer<typeof steeredTokenSchema>;

export const offTargetSchema = z.object({
  kl: z.number().describe("mean KL(plain || steered) in nats over the tokens of plain answers to control prompts"),
  changed: z.number().describe("share of their greedy answers that change"),
  others: z.number().describe("L1 change of all other codes at the site / their L1"),
  n: z.int().describe("control prompts"),
});

export const frameSchema = z
  .object({
    lane: z.string().describe("baseline, steered, dose:+2, random:+2#0, feature:+2#0, sae"),
    dose: z.number().nullable(),
    control: z.enum(CONTROLS).nullable(),
    seed: z.int().nullable().describe("of a control"),
    text: z.string(),
    tokens: z.array(steeredTokenSchema),
    finish: z.enum(["stop", "length"]),
    watch: z.object({ gap: z.number(), answer: z.number(), against: z.number() }).nullable(),
    effect: z
      .number()
      .nullable()
      .describe(
        "change of the watched gap, else of the mean log-probability of the features' ten top tokens, first position",
      ),
    offTarget: offTargetSchema.nullable(),
    normShare: z.number().describe("mean norm of the change / mean norm of the hidden state, where it is changed"),
  })
  .meta({ id: "SteerFrame" });
export type SteerFrame = z.infer<typeof frameSchema>;

export const steerResultSchema = z
  .object({
    frames: z.array(frameSchema).describe("baseline and steered first, then doses, then controls"),
    promptTokens: z.int(),
    specific: z
      .object({ from: z.number().nullable(), to: z.number().nullable() })
      .describe("doses whose effect lies outside of all random controls of that dose; null where there is none"),
    firstTokenMs: z.number().describe("from the start of the run's work to the first token"),
  })
  .meta({ id: "SteerResult" });
export type SteerResult = z.infer<typeof steerResultSchema>;

/** Data of a `token` event of a steering run. */
export interface SteerTokenEvent extends SteeredToken {
  lane: string;
  i: number;
}

export const steerContract = contract({
  method: "POST",
  path: "/steer",
  summary: "Answer a prompt plainly and steered, with doses and controls",
  tag: "lab",
  scope: "compute",
  status: 202,
  body: steerBodySchema,
  response: runSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT", "FEATURE_DEAD", "NO_WORKER"],
});

const searchPromptSchema = z.object({
  messages: conversationFields.messages,
  image: conversationFields.image,
  wanted: z.string().min(1).describe("what the model should say"),
  unwanted: z.string().min(1).optional().describe("what it should not; its own plain answer when left out"),
});

/** Questions of yes or no about the SAE's corpus whose true answers are known: the model is asked, its mistakes are mended. */
const searchQuestionsSchema = z.object({
  kind: z.string().min(1).max(64).describe("kind of the stored questions, such as country or present"),
  mend: z.enum(["yes", "no"]).default("yes").describe("the wrong answer that is to be mended"),
  ask: z.int().min(20).max(4000).default(800).describe("questions that the model is asked first"),
  fit: z.int().min(1).max(20).default(14).describe("most mistakes, and right answers beside them, to choose edits on"),
  heldOut: z.int().min(0).max(400).default(240).describe("most right answers about other images; all other mistakes"),
});
export type SearchQuestions = z.output<typeof searchQuestionsSchema>;

export const searchParamsSchema = z
  .object({
    model: conversationFields.model,
    in: z.string().describe("SAE, `model/sae` or `sae`"),
    fit: z.array(searchPromptSchema).max(40).default([]).describe("the edits are chosen on these"),
    heldOut: z.array(searchPromptSchema).max(400).default([]).describe("and tried on these"),
    questions: searchQuestionsSchema.optional().describe("adds prompts to both from stored questions"),
    limits: z
      .object({
        kl: z.number().min(0).default(0.05).describe("mean nats on control prompts"),
        changed: z.number().min(0).max(1).default(0.02).describe("share of answers to control prompts that may change"),
        edits: z.int().min(1).max(5).default(5),
      })
      .default({ kl: 0.05, changed: 0.02, edits: 5 }),
    controls: z
      .int()
      .min(0)
      .max(50)
      .default(20)
      .describe("random directions, and features of like density, to compare with"),
  })
  .refine(({ fit, questions }) => fit.length > 0 || questions !== undefined, {
    path: ["fit"],
    message: "Give at least one prompt in `fit`, or `questions` to take them from.",
  })
  .meta({ id: "SteerSearchRequest" });
export type SearchParams = z.output<typeof searchParamsSchema>;

const trialSchema = z.object({
  n: z.int(),
  before: z.int().describe("prompts whose wanted answer won without the edits"),
  after: z.int(),
  corrected: z.int(),
  broken: z.int(),
  rate: z.number().nullable().describe("corrected / those that were wrong before"),
  lo: z.number().nullable(),
  hi: z.number().nullable(),
  p: z.number().nullable().default(null).describe("exact two-sided sign test of corrected against broken"),
});
export type Trial = z.infer<typeof trialSchema>;

export const searchResultSchema = z
  .object({
    found: z.boolean().describe("every fit prompt is solved within the limits"),
    steering: z.array(z.object({ ...steeringSchema.shape, label: z.string().nullable() })),
    fit: trialSchema,
    heldOut: trialSchema.nullable(),
    offTarget: z
      .object({ kl: z.number(), changed: z.number(), n: z.int() })
      .describe("on control prompts by which nothing was chosen, where there are enough"),
    curve: z
      .array(
        z.object({ edits: z.int(), solved: z.int(), kl: z.number(), changed: z.number(), names: z.array(z.string()) }),
      )
      .describe("sets on the way, smallest first"),
    controls: z
      .object({
        random: z.array(z.number()).describe("held-out rate of each random direction of the same length"),
        feature: z.array(z.number()).describe("and of other features of like density"),
        broken: z
          .number()
          .nullable()
          .default(null)
          .describe("share of right answers that controls break, over all of them"),
        p: z
          .number()
          .nullable()
          .describe("share of all controls that do at least as well, with one added to each side"),
      })
      .nullable(),
    baselines: z.array(
      z.object({
        ...{ name: z.string(), heldOut: trialSchema },
        kl: z.number().nullable().describe("null: words in a prompt leave other prompts alone, and cost nothing there"),
        changed: z.number().nullable(),
      }),
    ),
    questions: z
      .object({ asked: z.int(), mistakes: z.int(), fit: z.int(), heldOut: z.int().describe("prompts added to each") })
      .nullable()
      .default(null),
    notice: z.string().nullable(),
  })
  .meta({ id: "SteerSearchResult" });
export type SearchResult = z.infer<typeof searchResultSchema>;
export type SearchPrompt = z.output<typeof searchPromptSchema>;

export const steerSearchContract = contract({
  method: "POST",
  path: "/steer/search",
  summary: "The smallest set of features that makes the model give wanted answers, with its cost and its proof",
  tag: "lab",
  scope: "compute",
  status: 202,
  body: searchParamsSchema.safeExtend({ seed: z.int().min(0).max(0x7fffffff).default(0) }),
  response: runSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT", "NO_WORKER"],
});
