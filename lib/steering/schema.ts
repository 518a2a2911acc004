import { z } from "zod";
import { STEER_METHODS } from "@/lib/sae/steer-methods";

/** Most features that one request may steer. */
export const MAX_STEERED = 16;

export const POSITIONS = ["all", "prompt", "question", "answer", "image", "text"] as const;

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
      .describe("a part of the conversation, or ranges [from, to) of token positions"),
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
