import { z } from "zod";

const slugSchema = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,62}$/,
    "A slug has lower-case letters, digits and dashes, and begins with a letter or digit.",
  );

/** Where samples come from: the built-in world, or a folder of images on the worker's machine. */
export const sourceSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("world"),
    split: z.enum(["train", "validation", "test"]).default("test"),
    /** First seed, counted from the start of the split. */
    from: z.number().int().min(0).default(0),
    images: z.number().int().min(0).max(10_000_000),
    texts: z.number().int().min(0).max(10_000_000).default(0),
  }),
  z.object({ kind: z.literal("folder"), path: z.string().min(1), licence: z.string().default("unknown") }),
]);
export type DatasetSource = z.infer<typeof sourceSchema>;

export const ingestParamsSchema = z.object({
  dataset: slugSchema,
  title: z.string().max(200).optional(),
  source: sourceSchema,
});
export type IngestParams = z.infer<typeof ingestParamsSchema>;

/** What an ingest run answers. Corrupt files are counted, never fatal; the first few are named. */
export interface IngestResult {
  datasetId: string;
  images: number;
  texts: number;
  corrupt: number;
  /** Up to ten: where and why. */
  corruptItems: { name: string; reason: string }[];
}

/** Known truth of a picture; column `Sample.truth`. Pixels of an object carry its `id` in the mask blob. */
export interface ImageTruth {
  seed: number;
  split: string;
  theme: string;
  style: string;
  objects: {
    id: number;
    kind: string;
    concept: string;
    text?: string;
    box: [number, number, number, number];
    place: string;
    feeling?: string;
    style?: string;
    letters?: number[];
  }[];
  background: { color: string; texture: string };
  questions: Turn[];
}

/** What the pixels that belong to no object show. */
export function groundOf({ theme, background }: ImageTruth): { kind: "sea" | "color" | "texture"; term: string }[] {
  if (theme === "map") return [{ kind: "sea", term: "sea" }];
  return [
    { kind: "color", term: background.color },
    { kind: "texture", term: background.texture },
  ];
}

/** Known truth of a text: its turns as they are shown to the model. */
export interface TextTruth {
  seed: number;
  turns: Turn[];
}

export interface Turn {
  kind?: string;
  question: string;
  answer: string;
}

/** A row of `samples` before it has an id. */
export interface NewSample {
  ordinal: number;
  sha: string;
  kind: "image" | "text";
  width: number | null;
  height: number | null;
  caption: string | null;
  text: string | null;
  tags: string[];
  truth: ImageTruth | TextTruth | null;
  thumbhash: string | null;
  phash: string | null;
}
