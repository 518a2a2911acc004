import { z } from "zod";
import { MAX_STEERED, steeringSchema } from "@/lib/steering/schema";

/** Most new tokens of one answer; requests for more get this many. */
export const MAX_ANSWER_TOKENS = 512;
export const DEFAULT_ANSWER_TOKENS = 128;

const textPart = z.object({ type: z.literal("text"), text: z.string() });
const imagePart = z.object({ type: z.literal("image_url"), image_url: z.object({ url: z.string().min(1) }) });

const messageSchema = z.object({
  role: z.enum(["system", "developer", "user", "assistant"]),
  content: z.union([z.string(), z.array(z.discriminatedUnion("type", [textPart, imagePart])).min(1)]),
});

const count = z.int().min(1).nullish();

/** Body of POST /v1/chat/completions, as far as Fovea reads it; other fields are ignored or refused by name. */
export const completionRequestSchema = z.looseObject({
  model: z.string(),
  messages: z.array(messageSchema).min(1),
  max_tokens: count,
  max_completion_tokens: count,
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  seed: z.int().min(0).max(0x7fffffff).nullish(),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(4)]).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  fovea: z
    .strictObject({
      steering: z.array(steeringSchema).max(MAX_STEERED).default([]),
      keepRun: z.boolean().default(false),
    })
    .default({ steering: [], keepRun: false }),
});
export type CompletionRequest = z.output<typeof completionRequestSchema>;

/** Parameters of a chat run. */
export const chatParamsSchema = z.object({
  model: z.string(),
  messages: z.array(
    z.object({
      role: z.enum(["system", "user", "assistant"]),
      content: z.string(),
      image: z.literal(true).optional(),
    }),
  ),
  image: z.string().nullable().describe("SHA-256 of the stored image"),
  steering: z.array(steeringSchema).max(MAX_STEERED),
  maxTokens: z.int().min(1).max(MAX_ANSWER_TOKENS),
  temperature: z.number(),
  topP: z.number(),
  stop: z.array(z.string()),
  /** Likeliest tokens that come with each token; none when null. */
  topLogprobs: z.int().min(0).max(20).nullable(),
  /** Tokens are sent as they are made; else only the result has them. */
  stream: z.boolean(),
  keepRun: z.boolean(),
});
export type ChatParams = z.output<typeof chatParamsSchema>;

/** One token of an answer, as a `token` event and in the result. */
export interface ChatToken {
  i: number;
  id: number;
  /** What it adds to the answer. */
  text: string;
  /** The vocabulary entry itself. */
  token: string;
  logprob: number;
  top?: { id: number; token: string; logprob: number }[];
}

/** What a chat run answers. */
export interface ChatResult {
  text: string;
  finish: "stop" | "length";
  tokens: ChatToken[];
  promptTokens: number;
  completionTokens: number;
}
