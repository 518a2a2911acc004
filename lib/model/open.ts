import { basename, resolve } from "node:path";
import { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { cacheSlots } from "@/lib/model/cache";
import { Decoder } from "@/lib/model/decoder";
import { Embedder } from "@/lib/model/embed";
import { hashModel, inlineWeights, onnxPath, readGraph, readJson } from "@/lib/model/files";
import { LlavaModel } from "@/lib/model/llava";
import { createPreprocessor, preprocessorSchema } from "@/lib/model/preprocess";
import { openSession, type Session } from "@/lib/model/session";
import { openTokenizer } from "@/lib/model/tokenizer";
import type { VisionLanguageModel } from "@/lib/model/types";
import { encodeModel } from "@/lib/onnx/codec";
import { lastTokenLogits } from "@/lib/onnx/head";
import { residualSites } from "@/lib/onnx/sites";

const size = z.int().positive();

/** What config.json must say about a LLaVA. */
const llavaSchema = z.object({
  model_type: z.literal("llava"),
  image_token_index: z.int().nonnegative().optional(),
  image_token_id: z.int().nonnegative().optional(),
  eos_token_id: z.union([z.int(), z.array(z.int())]).nullish(),
  text_config: z.object({
    hidden_size: size,
    num_hidden_layers: size,
    vocab_size: size,
    max_position_embeddings: size.default(2048),
    eos_token_id: z.union([z.int(), z.array(z.int())]).nullish(),
  }),
  vision_config: z.object({ patch_size: size, hidden_size: size }),
});

const generationSchema = z.object({ eos_token_id: z.union([z.int(), z.array(z.int())]).nullish() });

export interface OpenOptions {
  /** Name in the product; the folder's name by default. */
  slug?: string;
  /** Threads of one operator; as many as the machine has cores by default. */
  threads?: number;
}

/**
 * Opens a model folder in the layout of transformers.js: config.json, tokenizer and preprocessor files, and the parts
 * onnx/{vision_encoder,embed_tokens,decoder_model_merged}.onnx.
 * @throws AppError MODEL_UNREADABLE that names the file that is missing, broken or of another kind.
 */
export async function openModel(folder: string, options: OpenOptions = {}): Promise<VisionLanguageModel> {
  const root = resolve(folder);
  const { model_type: kind } = await readJson(root, "config.json", z.object({ model_type: z.string() }));
  if (kind !== "llava") {
    throw new AppError(
      "MODEL_UNREADABLE",
      `${root} holds a model of kind "${kind}"; Fovea opens LLaVA models ("llava").`,
    );
  }
  const config = await readJson(root, "config.json", llavaSchema);
  const generation = await readJson(root, "generation_config.json", generationSchema).catch(() => undefined);
  const imageTokenId = config.image_token_index ?? config.image_token_id;
  if (imageTokenId === undefined) {
    throw new AppError(
      "MODEL_UNREADABLE",
      `${root}/config.json has no image_token_index: copy it from the model's page.`,
    );
  }
  const eos = generation?.eos_token_id ?? config.eos_token_id ?? config.text_config.eos_token_id ?? [];
  const tokenizer = await openTokenizer(root, { imageTokenId, eosIds: [eos].flat() });
  const preprocessor = createPreprocessor(
    await readJson(root, "preprocessor_config.json", preprocessorSchema),
    config.vision_config.patch_size,
  );
  const [visionPath, wordsPath, decoderPath] = (await Promise.all(
    ["vision_encoder", "embed_tokens", "decoder_model_merged"].map((part) => onnxPath(root, part)),
  )) as [string, string, string];
  const graph = await readGraph(decoderPath);
  const visionSites = residualSites(await readGraph(visionPath), "vision.");
  const open: Session[] = [];
  try {
    const load = async (source: string | Uint8Array, label: string) => {
      const session = await openSession(source, { threads: options.threads, label });
      open.push(session);
      return session;
    };
    const vision = await load(visionPath, visionPath);
    const words = await load(wordsPath, wordsPath);
    const short = lastTokenLogits(graph);
    const source = short ? encodeModel(await inlineWeights(short, decoderPath)) : decoderPath;
    const { hidden_size: dModel, num_hidden_layers: nLayers, vocab_size: vocab } = config.text_config;
    return new LlavaModel({
      slug: options.slug ?? basename(root),
      hash: await hashModel(root),
      nLayers,
      dModel,
      vocab,
      visionWidth: config.vision_config.hidden_size,
      maxTokens: config.text_config.max_position_embeddings,
      threads: options.threads,
      paths: { vision: visionPath, decoder: decoderPath },
      sites: { vision: visionSites, decoder: residualSites(graph) },
      sessions: open,
      tokenizer,
      decoder: new Decoder(await load(source, decoderPath), cacheSlots(graph), dModel),
      embedder: new Embedder(vision, words, preprocessor, dModel),
    });
  } catch (error) {
    await Promise.all(open.map((session) => session.dispose()));
    throw error;
  }
}
