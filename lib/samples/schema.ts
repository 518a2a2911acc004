import { z } from "zod";
import { contract } from "@/lib/core/contract";

const shaSchema = z
  .string()
  .regex(/^[0-9a-f]{12,64}$/, "An image is named by its SHA-256 in hex, or a prefix of at least 12 digits.");

export const affineSchema = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]);

export const geometrySchema = z
  .object({
    id: z.string(),
    view: z.string(),
    rows: z.int(),
    cols: z.int(),
    affine: affineSchema.describe("unit square of the view to image pixels: x = a u + c v + e, y = b u + d v + f"),
    resize: z.enum(["squash", "crop", "pad", "tile"]),
  })
  .meta({ id: "Geometry" });
export type Geometry = z.infer<typeof geometrySchema>;

export const imageSchema = z
  .object({
    sha: z.string(),
    width: z.int(),
    height: z.int(),
    caption: z.string().nullable(),
    tags: z.array(z.string()),
    alt: z.string(),
    thumbhash: z.string().nullable(),
    sensitive: z.boolean(),
    licence: z.string().nullable(),
    source: z.string().nullable(),
  })
  .meta({ id: "Image" });
export type ImageInfo = z.infer<typeof imageSchema>;

export const sampleSchema = z
  .object({
    kind: z.enum(["image", "text"]),
    sha: z.string(),
    image: imageSchema.nullable(),
    text: z.string().nullable(),
    tags: z.array(z.string()),
    datasets: z.array(z.object({ slug: z.string(), ordinal: z.int() })),
    geometries: z.array(geometrySchema),
    truth: z.unknown().describe("known objects, words and background, where the data set has them"),
  })
  .meta({ id: "Sample" });
export type Sample = z.infer<typeof sampleSchema>;

export const getSampleContract = contract({
  method: "GET",
  path: "/samples/{sha}",
  summary: "One stored image or text, with its data sets and, for an image, the grid of a model on it",
  tag: "samples",
  params: z.object({ sha: shaSchema }),
  query: z.object({ model: z.string().optional() }),
  response: sampleSchema,
  errors: ["NOT_FOUND"],
});

export const uploadImageContract = contract({
  method: "POST",
  path: "/images",
  summary: "Keep an image, sent as raw bytes, to ask about it; answers the hash that names it from then on",
  tag: "samples",
  scope: "compute",
  status: 201,
  response: z.object({ sha: z.string(), width: z.int(), height: z.int() }),
  errors: ["TOO_LARGE", "IMAGE_UNREADABLE"],
});
