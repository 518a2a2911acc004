import { AppError } from "@/lib/core/errors";
import type { Decoder } from "@/lib/model/decoder";
import type { Embedder } from "@/lib/model/embed";
import { inlineWeights, readGraph } from "@/lib/model/files";
import { answerBatch, streamAnswer } from "@/lib/model/generate";
import { buildPrompt, type Prompt, tokenInfos } from "@/lib/model/prompt";
import type { Session } from "@/lib/model/session";
import { openTap, type TapSession, tapDecoder, tapVision } from "@/lib/model/tap";
import type { Tokenizer } from "@/lib/model/tokenizer";
import type {
  BatchOptions,
  GeneratedToken,
  GenerateInput,
  Generation,
  Geometry,
  Tap,
  TapInput,
  TokenInfo,
  VisionLanguageModel,
} from "@/lib/model/types";
import { foldedUnembedding } from "@/lib/onnx/head";
import type { Site } from "@/lib/onnx/sites";
import type { Matrix } from "@/lib/tensor/matrix";

/** Everything `openModel` found and loaded. */
export interface LlavaParts {
  slug: string;
  hash: string;
  nLayers: number;
  dModel: number;
  vocab: number;
  visionWidth: number;
  maxTokens: number;
  threads: number | undefined;
  paths: { vision: string; decoder: string };
  sites: { vision: readonly Site[]; decoder: readonly Site[] };
  /** Sessions to close with the model. */
  sessions: readonly Session[];
  tokenizer: Tokenizer;
  decoder: Decoder;
  embedder: Embedder;
}

/** Inputs per run of a tap. */
const TAP_BATCH = 16;

/** A LLaVA: vision tower, projector, and a decoder that reads image tokens in a row. */
export class LlavaModel implements VisionLanguageModel {
  readonly kind = "vlm";
  readonly sites: string[];
  private readonly taps = new Map<string, Promise<TapSession>>();
  private folded: Promise<Matrix> | undefined;

  constructor(private readonly parts: LlavaParts) {
    this.sites = [...parts.sites.decoder, ...parts.sites.vision].map((site) => site.name);
  }

  get slug() {
    return this.parts.slug;
  }
  get hash() {
    return this.parts.hash;
  }
  get nLayers() {
    return this.parts.nLayers;
  }
  get dModel() {
    return this.parts.dModel;
  }
  get vocab() {
    return this.parts.vocab;
  }

  siteWidth(site: string): number {
    return this.site(site).vision ? this.parts.visionWidth : this.dModel;
  }

  geometryFor(image: { width: number; height: number }): Geometry {
    return this.parts.embedder.preprocessor.geometryFor(image);
  }

  async tap(
    inputs: readonly TapInput[],
    site: string,
    options: { batch?: number; signal?: AbortSignal } = {},
  ): Promise<Tap[]> {
    const { vision } = this.site(site);
    const prompts = inputs.map((input) => this.prompt(input));
    if (vision && prompts.some((prompt) => !prompt.image)) {
      throw new AppError("INVALID_INPUT", `${site} lies in the vision tower: give every input an image.`);
    }
    const session = await this.tapSession(site);
    const taps = new Array<Tap>(inputs.length);
    for (const chunk of equalLengths(prompts, vision, Math.max(1, options.batch ?? TAP_BATCH))) {
      options.signal?.throwIfAborted();
      const run = vision ? tapVision : tapDecoder;
      const acts = await run(
        session,
        this.parts.embedder,
        chunk.map((i) => prompts[i]!),
      );
      chunk.forEach((i, at) => {
        const tokens = tokenInfos(prompts[i]!, this.parts.tokenizer);
        taps[i] = { acts: acts[at]!, tokens: vision ? tokens.filter((token) => token.kind === "image") : tokens };
      });
    }
    return taps;
  }

  async *generate(input: GenerateInput): AsyncGenerator<GeneratedToken> {
    yield* streamAnswer({ ...this.parts, vocab: this.vocab }, this.prompt(input), input);
  }

  generateBatch(inputs: readonly TapInput[], options: BatchOptions = {}): Promise<Generation[]> {
    return answerBatch(
      this.parts,
      inputs.map((input) => this.prompt(input)),
      options,
    );
  }

  unembedding(): Promise<Matrix> {
    const { decoder } = this.parts.paths;
    this.folded ??= readGraph(decoder)
      .then((graph) => inlineWeights(graph, decoder))
      .then((graph) => foldedUnembedding(graph, decoder));
    return this.folded;
  }

  tokenText(id: number): string {
    return this.parts.tokenizer.tokenText(id);
  }

  tokenize(text: string): number[] {
    return this.parts.tokenizer.encode(text);
  }

  promptTokens(input: TapInput): TokenInfo[] {
    return tokenInfos(this.prompt(input), this.parts.tokenizer);
  }

  async dispose(): Promise<void> {
    const taps = await Promise.all(this.taps.values());
    this.taps.clear();
    await Promise.all([...this.parts.sessions, ...taps.map((tap) => tap.session)].map((session) => session.dispose()));
  }

  private prompt(input: TapInput): Prompt {
    const { tokenizer, maxTokens, embedder } = this.parts;
    return buildPrompt(input, tokenizer, embedder.preprocessor.rows * embedder.preprocessor.cols, maxTokens);
  }

  private site(name: string): { site: Site; vision: boolean } {
    const { vision, decoder } = this.parts.sites;
    const found = [...decoder, ...vision].find((site) => site.name === name);
    if (!found) {
      throw new AppError("INVALID_INPUT", `${this.slug} has no site "${name}": use one of ${this.sites.join(", ")}.`);
    }
    return { site: found, vision: vision.includes(found) };
  }

  private tapSession(name: string): Promise<TapSession> {
    const open = this.taps.get(name);
    if (open) return open;
    const { site, vision } = this.site(name);
    const { paths, threads } = this.parts;
    const opening = openTap(vision ? paths.vision : paths.decoder, site, threads);
    this.taps.set(name, opening);
    opening.catch(() => this.taps.delete(name));
    return opening;
  }
}

/** Indices of prompts in chunks of at most `batch` that can run together: of equal length, or any images. */
function equalLengths(prompts: readonly Prompt[], vision: boolean, batch: number): number[][] {
  const groups = new Map<number, number[]>();
  prompts.forEach((prompt, i) => {
    const length = vision ? 0 : prompt.ids.length;
    const group = groups.get(length);
    if (group) group.push(i);
    else groups.set(length, [i]);
  });
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / batch) }, (_, c) => group.slice(c * batch, (c + 1) * batch)),
  );
}
