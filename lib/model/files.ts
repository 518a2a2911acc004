import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { hashOf } from "@/lib/core/hash";
import { checkModel } from "@/lib/onnx/check";
import { decodeModel } from "@/lib/onnx/codec";
import type { ModelProto } from "@/lib/onnx/schema";
import { sortNodes } from "@/lib/onnx/sort";
import { unfuseResiduals } from "@/lib/onnx/unfuse";

/**
 * Reads and checks a JSON file of a model folder.
 * @throws AppError MODEL_UNREADABLE when it is missing, not JSON, or not as the schema says.
 */
export async function readJson<T extends z.ZodType>(folder: string, name: string, schema: T): Promise<z.infer<T>> {
  const text = await readFile(join(folder, name), "utf8").catch((cause) => {
    throw new AppError("MODEL_UNREADABLE", `${folder} has no ${name}: copy it from the model's page.`, { cause });
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError("MODEL_UNREADABLE", `${join(folder, name)} is not JSON: copy it again.`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError(
    "MODEL_UNREADABLE",
    `${join(folder, name)} is not as expected: ${z.prettifyError(parsed.error).replace(/\s+/g, " ")}.`,
    { cause: parsed.error },
  );
}

/** Precisions of public exports as their file names end, best first. */
export const PRECISIONS = ["fp32", "fp16", "quantized", "int8", "uint8", "q4", "q4f16", "bnb4"] as const;
export type Precision = (typeof PRECISIONS)[number];

/** What exports call the ONNX parts of each kind of model: of each list the first that is there. */
export const PARTS = {
  vlm: { vision: ["vision_encoder"], decoder: ["decoder_model_merged"], words: ["embed_tokens"] },
  /** `words` only where the decoder reads embeddings. */
  text: { decoder: ["model", "decoder_model_merged", "decoder_model"], words: ["embed_tokens"] },
  vision: { vision: ["vision_model", "model", "vision_encoder"] },
} as const;

export const partFile = (part: string, precision: Precision) =>
  `${part}${precision === "fp32" ? "" : `_${precision}`}.onnx`;

/** The file of a part among `files`: of the first name that is there, in the precision wanted or else the best. */
export function choosePart(files: readonly string[], names: readonly string[], wanted?: Precision): string | undefined {
  const choices = names.flatMap((name) => (wanted ? [wanted] : PRECISIONS).map((p) => partFile(name, p)));
  return choices.find((file) => files.includes(file));
}

/**
 * Path of an ONNX part: of the first name that is there, in the precision that is wanted or else the best that is there.
 * @throws AppError MODEL_UNREADABLE that says which parts are there when it is missing.
 */
export async function findPart(folder: string, names: readonly string[], wanted?: Precision): Promise<string> {
  const present = (await readdir(join(folder, "onnx")).catch(() => [])).filter((name) => name.endsWith(".onnx"));
  const file = choosePart(present, names, wanted);
  if (file !== undefined) return join(folder, "onnx", file);
  throw new AppError(
    "MODEL_UNREADABLE",
    `${folder} has no onnx/${partFile(names[0] ?? "", wanted ?? "fp32")} (found: ${present.join(", ") || "no ONNX files"}): download or export that part.`,
  );
}

/**
 * Decodes and checks an ONNX file, with every residual sum as a tensor of its own; weights in side files are not read yet.
 * @throws AppError MODEL_UNREADABLE.
 */
export async function readGraph(path: string): Promise<ModelProto> {
  const { size } = await stat(path);
  if (size >= 2 ** 31) {
    throw new AppError(
      "MODEL_UNREADABLE",
      `${path} has ${size} bytes, and an ONNX file ends at 2 GiB: export it with external data.`,
    );
  }
  const model = sortNodes(decodeModel(await readFile(path), path));
  checkModel(model, path);
  return unfuseResiduals(model);
}

/** Where a model's image settings are: the first that is there. transformers 5 writes the second. */
export const IMAGE_SETTINGS = ["preprocessor_config.json", "processor_config.json"] as const;

/** Where the chat template is when tokenizer_config.json does not have it. */
export const TEMPLATES = ["chat_template.jinja", "chat_template.json"] as const;

/** Files above this are hashed by size and their first and last MiB: hashing 15 GB would take half a minute. */
const WHOLE = 256 * 1024 * 1024;
const EDGE = 1024 * 1024;

/** Hash of what decides a model's numbers: its configuration, tokenizer, preprocessing and ONNX files, side files included. */
export async function hashModel(folder: string): Promise<string> {
  const all = new Set(await readdir(folder));
  const images = IMAGE_SETTINGS.find((name) => all.has(name)) ?? IMAGE_SETTINGS[0];
  const names = ["config.json", images, "tokenizer.json", "tokenizer_config.json", ...TEMPLATES];
  const top = names.filter((name) => all.has(name));
  // Side files may lie in folders of their own.
  const parts = (await readdir(join(folder, "onnx"), { recursive: true })).sort().map((name) => join("onnx", name));
  const files: Record<string, string> = {};
  for (const name of [...top, ...parts]) {
    const path = join(folder, name);
    if ((await stat(path)).isFile()) files[name] = await hashFile(path);
  }
  return hashOf(files);
}

async function hashFile(path: string): Promise<string> {
  const { size } = await stat(path);
  const hash = createHash("sha256").update(String(size));
  const ranges = size <= WHOLE ? [{}] : [{ end: EDGE - 1 }, { start: size - EDGE }];
  for (const range of ranges) for await (const chunk of createReadStream(path, range)) hash.update(chunk);
  return hash.digest("hex");
}
