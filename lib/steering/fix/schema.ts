import { z } from "zod";
import { contract } from "@/lib/core/contract";

export const otherImagesQuery = z.object({
  in: z.string().describe("SAE, `model/sae`: its corpus is looked through"),
  question: z.string().min(1).max(20_000),
  answer: z.string().min(1).max(20_000).describe("the answer that is wanted"),
  skip: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional()
    .describe("hash of the image that is asked about"),
  limit: z.coerce.number().int().min(0).max(400).default(12),
});
export type OtherImagesQuery = z.output<typeof otherImagesQuery>;

export const otherImagesSchema = z
  .object({ images: z.array(z.string()).describe("hashes, the same ones every time") })
  .meta({ id: "OtherImages" });
export type OtherImages = z.infer<typeof otherImagesSchema>;

export const otherImagesContract = contract({
  method: "GET",
  path: "/steer/search/images",
  summary: "Stored images on which the wanted answer to a question is a true one, to try a search's edits on",
  tag: "lab",
  query: otherImagesQuery,
  response: otherImagesSchema,
  errors: ["NOT_FOUND"],
});
