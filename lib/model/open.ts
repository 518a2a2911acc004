import { basename, resolve } from "node:path";
import { AppError } from "@/lib/core/errors";
import { cacheSlots } from "@/lib/model/cache";
import { type ModelConfig, readConfig } from "@/lib/model/config";
import { findPart, hashModel, PARTS, type Precision, readGraph } from "@/lib/model/files";
import { openGraph } from "@/lib/model/graph-session";
import { openImageReader } from "@/lib/model/images/open";
import { type GraphPart, LanguageModel } from "@/lib/model/language-model";
import { weightBytes } from "@/lib/model/memory";
import { openTokenizer } from "@/lib/model/tokenizer";
import { TowerModel } from "@/lib/model/tower-model";
import type { AnyModel, VisionLanguageModel } from "@/lib/model/types";
import { chooseBranch, hasBranches } from "@/lib/onnx/branch";
import { graphOf } from "@/lib/onnx/graph";
import { LOGITS_TO_KEEP, lastLogits } from "@/lib/onnx/head";
import type { ModelProto } from "@/lib/onnx/schema";
import { residualSites } from "@/lib/onnx/sites";

export interface OpenOptions {
  /** Name in the product; the folder's name by default. */
  slug?: string | undefined;
  /** Threads of one operator; as many as the machine has cores by default. */
  threads?: number | undefined;
  /** Precision of the ONNX files; the best that is there by default. */
  precision?: Precision | undefined;
}

/**
 * Opens a model folder in the layout of transformers.js: config.json, tokenizer and preprocessor files, and under onnx/
 * vision_encoder, embed_tokens and decoder_model_merged (vision-language models), model (text decoders), vision_model or
 * model (towers), in full precision or quantised.
 * @throws AppError MODEL_UNREADABLE that names the file that is missing, broken or of another kind.
 */
export async function openModel(folder: string, options: OpenOptions = {}): Promise<AnyModel> {
  const root = resolve(folder);
  const config = await readConfig(root);
  return config.kind === "vision" ? openTower(root, config, options) : openLanguage(root, config, options);
}

/** As `openModel`, for uses that need words. @throws AppError INVALID_INPUT for a bare vision tower. */
export async function openLanguageModel(folder: string, options: OpenOptions = {}): Promise<VisionLanguageModel> {
  const model = await openModel(folder, options);
  if (model.kind !== "vision") return model;
  await model.dispose();
  throw new AppError("INVALID_INPUT", `${folder} is a vision tower without a decoder: it cannot answer.`);
}

async function openLanguage(root: string, config: ModelConfig, options: OpenOptions): Promise<LanguageModel> {
  const text = config.text!;
  const { threads, precision } = options;
  const vlm = config.kind === "vlm";
  const tokenizer = await openTokenizer(root, { imageTokenId: config.imageTokenId, eosIds: config.eosIds });
  const [visionPath, decoderPath] = await Promise.all([
    vlm ? findPart(root, PARTS.vlm.vision, precision) : undefined,
    findPart(root, PARTS[vlm ? "vlm" : "text"].decoder, precision),
  ]);
  const whole = await readGraph(decoderPath);
  const branch = (value: boolean) =>
    graphPart(whole, decoderPath, "", (graph) => {
      const one = hasBranches(graph) ? chooseBranch(graph, value) : graph;
      // All that answering needs of the logits.
      return lastLogits(one) ?? one;
    });
  const decoder = branch(false);
  const later = hasBranches(whole) ? branch(true) : undefined;
  const tower = visionPath === undefined ? undefined : graphPart(await readGraph(visionPath), visionPath, "vision.");
  const inputs = inputNames(decoder.graph);
  const wordsPath = inputs.has("inputs_embeds") ? await findPart(root, PARTS.vlm.words, precision) : undefined;
  const grid = tower && [...inputNames(tower.graph).keys()].find((name) => name.endsWith("grid_thw"));
  const vision = tower && {
    ...tower.part,
    reader: await openImageReader(root, config, tokenizer.encode, grid),
    width: config.vision!.embed_dim ?? config.vision!.hidden_size ?? text.hidden_size,
    output: "image_features",
  };
  const model = new LanguageModel({
    slug: options.slug ?? basename(root),
    hash: await hashModel(root),
    nLayers: text.num_hidden_layers,
    dModel: text.hidden_size,
    vocab: text.vocab_size,
    maxTokens: text.max_position_embeddings,
    threads,
    tokenizer,
    words: wordsPath === undefined ? undefined : await openGraph(await readGraph(wordsPath), wordsPath, { threads }),
    decoder: {
      ...decoder.part,
      later: later?.part,
      readAll: async () => {
        const graph = await readGraph(decoderPath);
        return hasBranches(graph) ? chooseBranch(graph, false) : graph;
      },
      shape: {
        slots: cacheSlots((later ?? decoder).graph),
        positionAxes: inputs.get("position_ids") === 3 ? 3 : 1,
        logits: inputs.has(LOGITS_TO_KEEP) ? "last" : "all",
        pads: !graphOf(decoder.graph).node.some(({ opType }) => opType === "GroupQueryAttention"),
      },
    },
    vision,
  });
  try {
    await model.load();
  } catch (error) {
    await model.dispose();
    throw error;
  }
  return model;
}

async function openTower(root: string, config: ModelConfig, options: OpenOptions): Promise<TowerModel> {
  const path = await findPart(root, PARTS.vision.vision, options.precision);
  const { part, graph } = graphPart(await readGraph(path), path, "vision.");
  const model = new TowerModel({
    slug: options.slug ?? basename(root),
    hash: await hashModel(root),
    dModel: config.vision!.hidden_size ?? config.vision!.embed_dim ?? 0,
    threads: options.threads,
    graph: part,
    outputs: graphOf(graph).output.map(({ name = "" }) => name),
    reader: await openImageReader(root, config, () => []),
  });
  await model.load().catch(async (error) => {
    await model.dispose();
    throw error;
  });
  return model;
}

/** A part with its sites, and its graph out of the file as read; `edit` is applied at every later reading as well. */
function graphPart(
  whole: ModelProto,
  path: string,
  prefix: string,
  edit: (model: ModelProto) => ModelProto = (model) => model,
): { part: GraphPart; graph: ModelProto } {
  const graph = edit(whole);
  const read = async () => edit(await readGraph(path));
  const mixes = graphOf(graph).node.some(({ opType }) => opType?.startsWith("DynamicQuantize"));
  const { inline, external } = weightBytes(graph, path);
  return { part: { path, read, sites: residualSites(graph, prefix), mixes, bytes: inline + external }, graph };
}

/** Inputs of a graph, with the number of their axes' first one where it is fixed. */
function inputNames(model: ModelProto): Map<string, number | undefined> {
  return new Map(graphOf(model).input.map(({ name = "", type }) => [name, type?.tensorType?.shape?.dim[0]?.dimValue]));
}
