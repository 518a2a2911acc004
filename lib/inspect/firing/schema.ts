import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { hitSchema } from "@/lib/search/schema";
import { conversationFields } from "@/lib/steering/schema";

const common = {
  in: z
    .string()
    .regex(/^[^/\s]+\/[^/\s]+$/)
    .describe("`<model>/<sae>`"),
  maxDensity: z.number().gt(0).max(1).default(0.05).describe("leave out features that fire more often in the corpus"),
  limit: z.int().min(1).max(200).default(25),
};
const response = z.object({
  items: z.array(hitSchema),
  run: z.string().describe("the inspection behind the answer"),
});

export const searchActivationContract = contract({
  method: "POST",
  path: "/search/activation",
  summary:
    "Features that a text or an image fires, by summed activation over its positions in units of their reference strength",
  tag: "search",
  scope: "compute",
  body: z.object({
    text: z.string().max(20_000).default(""),
    image: conversationFields.image,
    positions: z.array(z.int().min(0)).optional().describe("only these tokens of the input"),
    ...common,
  }),
  response,
  errors: ["NOT_FOUND", "INVALID_INPUT", "NO_WORKER", "RUN_NOT_DONE"],
});

export const searchCropContract = contract({
  method: "POST",
  path: "/search/crop",
  summary: "Features that fire in a part of an image and not elsewhere in it",
  tag: "search",
  scope: "compute",
  body: z.object({
    image: z.string().regex(/^[0-9a-f]{64}$/),
    mask: z.string().describe("cells in base64url, row-major, the first cell in the highest bit"),
    ...common,
  }),
  response,
  errors: ["NOT_FOUND", "BAD_REGION", "NO_WORKER", "RUN_NOT_DONE"],
});
