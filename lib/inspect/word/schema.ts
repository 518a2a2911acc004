import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { runSchema } from "@/lib/runs/schema";
import { geometrySchema } from "@/lib/samples/schema";
import { DESCRIBE } from "../desk/format";
import { inspectResultSchema } from "../schema";
import { MOST_LETTERS, WORD_DEFAULTS, WORD_INKS } from "./types";

/** Features that are told as gained, and as lost. */
export const MOST_CHANGED = 10;

const wordSchema = z.string().trim().min(1, "Give a word.").max(MOST_LETTERS);
const percent = z.int().min(0).max(100);

export const wordParamsSchema = z
  .object({
    in: z.string().regex(/^[^/\s]+\/[^/\s]+$/, "An SAE is named `<model>/<sae>`."),
    feature: z.int().min(0).nullable().default(null).describe("a feature to follow, by its number"),
    image: z.string().regex(/^[0-9a-f]{64}$/, "An image is named by its whole SHA-256: store it with POST /images."),
    word: wordSchema,
    x: percent.default(WORD_DEFAULTS.x).describe("centre of the sign, in per cent of the image's width"),
    y: percent.default(WORD_DEFAULTS.y).describe("and of its height"),
    size: z.int().min(5).max(60).default(WORD_DEFAULTS.size).describe("its height, in per cent of the shorter side"),
    ink: z.enum(WORD_INKS).default(WORD_DEFAULTS.ink),
    text: z.string().trim().min(1).max(2000).default(DESCRIBE).describe("what is asked about the image"),
    maxTokens: z.int().min(1).max(64).default(24).describe("longest answer"),
  })
  .meta({ id: "WordRequest" });
export type WordParams = z.output<typeof wordParamsSchema>;

const versionSchema = z.object({
  name: z.enum(["plain", "word", "scrambled"]),
  peak: z.number().nullable().describe("of the feature that is followed, in the cells under the sign"),
  anywhere: z.number().nullable().describe("its peak on the whole image"),
  cells: z.string().nullable().describe("its values, base64, one byte per cell on the scale of `scale`"),
  answer: inspectResultSchema.shape.answer.unwrap(),
});

const changedSchema = z.object({
  ref: z.string(),
  index: z.int(),
  label: z.string().nullable(),
  status: z.string(),
  aRef: z.number(),
  density: z.number(),
  plain: z.number().describe("peak in the cells under the sign, without it"),
  word: z.number(),
  scrambled: z.number().nullable(),
});
export type Changed = z.infer<typeof changedSchema>;

export const wordResultSchema = z
  .object({
    image: z.object({ width: z.int(), height: z.int() }),
    geometry: geometrySchema,
    box: z.tuple([z.int(), z.int(), z.int(), z.int()]).describe("of the sign, in pixels of the image"),
    under: z.array(z.int()).describe("cells under the sign"),
    scrambled: z.string().nullable().describe("the control's letters; null when the word has no other order"),
    feature: z
      .object({ index: z.int(), label: z.string().nullable(), status: z.string(), aRef: z.number(), scale: z.number() })
      .nullable(),
    versions: z.array(versionSchema),
    gained: z.array(changedSchema).describe("features that the word brings, by change of peak ÷ reference strength"),
    lost: z.array(changedSchema).describe("features that it takes away"),
  })
  .meta({ id: "WordResult" });
export type WordResult = z.infer<typeof wordResultSchema>;

export const wordContract = contract({
  method: "POST",
  path: "/inspect/word",
  summary:
    "A word laid on an image: what fires under it, beside the image without it and its letters scrambled in a box of the same size",
  tag: "lab",
  scope: "compute",
  status: 202,
  body: wordParamsSchema,
  response: runSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT", "NO_WORKER"],
});

export const signContract = contract({
  method: "GET",
  path: "/inspect/word/sign",
  summary: "The sign that is laid on the image, as SVG",
  tag: "lab",
  cache: "immutable",
  query: z.object({ word: wordSchema, ink: z.enum(WORD_INKS), scrambled: z.stringbool().default(false) }),
  produces: "image/svg+xml",
  errors: ["INVALID_INPUT"],
});
