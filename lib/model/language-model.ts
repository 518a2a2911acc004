import { AppError } from "@/lib/core/errors";
import { Chain } from "@/lib/model/chain";
import { Decoder, type DecoderShape } from "@/lib/model/decoder";
import { Embedder } from "@/lib/model/embed";
import { type Answerer, answerBatch, streamAnswer, wholeAnswer } from "@/lib/model/generate";
import { type GradientGraph, logitGradient, openGradient, visionGradient } from "@/lib/model/gradient";
import type { ImageReader } from "@/lib/model/images/reader";
import { type Borrowed, graphsToKeep, Kept } from "@/lib/model/kept";
import { buildPrompt, type Prompt, tokenInfos } from "@/lib/model/prompt";
import type { Session } from "@/lib/model/session";
import { openSiteGradient, siteGradients, withTail } from "@/lib/model/site-gradient";
import { equalLengths, openTap, tapDecoder, tapVision, towerTokens } from "@/lib/model/tap";
import type { Tokenizer } from "@/lib/model/tokenizer";
import type {
  BatchOptions,
  GeneratedToken,
  GenerateInput,
  Generation,
  Geometry,
  Gradient,
  LogitDifference,
  Objective,
  SiteEdit,
  Tap,
  TapInput,
  TokenInfo,
  VersionLogitsInput,
  VersionsInput,
  VersionToken,
  VisionLanguageModel,
} from "@/lib/model/types";
import { versionLogits } from "@/lib/model/version-logits";
import { runVersions } from "@/lib/model/versions";
import { inlineWeights } from "@/lib/model/weights";
import { undifferentiable } from "@/lib/onnx/differentiate";
import { findUnembedding, foldUnembedding } from "@/lib/onnx/head";
import type { ModelProto } from "@/lib/onnx/schema";
import type { Site } from "@/lib/onnx/sites";
import type { Matrix } from "@/lib/tensor/matrix";

/** One ONNX file of a model: its graph is read when it is needed, since it holds the weights. */
export interface GraphPart {
  path: string;
  read(): Promise<ModelProto>;
  sites: readonly Site[];
  /** Bytes of its weights. */
  bytes: number;
  /** What runs together changes each other's numbers: scales of dynamic quantisation are those of the whole tensor. */
  mixes: boolean;
}

/** Everything `openModel` found and loaded. */
export interface LanguageModelParts {
  slug: string;
  hash: string;
  nLayers: number;
  dModel: number;
  vocab: number;
  maxTokens: number;
  threads: number | undefined;
  tokenizer: Tokenizer;
  /** Word embedding; absent when the decoder takes ids. */
  words: Session | undefined;
  /** `later` is the graph behind a cache, in exports that have one of its own for that. */
  decoder: GraphPart & {
    shape: DecoderShape;
    later: GraphPart | undefined;
    /** The graph as it was, with the logits of all tokens. */
    readAll(): Promise<ModelProto>;
  };
  /** `output` is the tower's output whose rows stand for image tokens. */
  vision: (GraphPart & { reader: ImageReader; width: number; output: string }) | undefined;
}

/** Inputs per run of a tap. */
const TAP_BATCH = 16;

/** A decoder and, in vision-language models, the tower whose features stand for image tokens in its input. */
export class LanguageModel implements VisionLanguageModel {
  readonly kind: "vlm" | "text";
  readonly sites: string[];
  private readonly taps: Kept<Session>;
  private readonly cut: Kept<Chain>;
  private readonly gradients: Kept<GradientGraph>;
  private readonly whole = new Kept<Chain>((chain) => chain.dispose());
  private folded: Promise<Matrix> | undefined;
  private embedder: Promise<Embedder> | undefined;

  constructor(private readonly parts: LanguageModelParts) {
    this.kind = parts.vision ? "vlm" : "text";
    const keep = graphsToKeep(parts.decoder.bytes);
    this.taps = new Kept((session) => session.dispose(), keep);
    this.cut = new Kept((chain) => chain.dispose(), keep);
    this.gradients = new Kept(({ session }) => session.dispose(), keep);
    this.sites = [...parts.decoder.sites, ...(parts.vision?.sites ?? [])].map((site) => site.name);
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

  /** Loads what plain answers need, so that a broken file is known at once. */
  async load(): Promise<void> {
    await (await this.answerer([])).release();
  }

  siteWidth(site: string): number {
    return this.site(site).part === "vision" ? (this.parts.vision?.width as number) : this.dModel;
  }

  geometryFor(image: { width: number; height: number }): Geometry {
    return this.reader().geometryFor(image);
  }

  async tap(
    inputs: readonly TapInput[],
    name: string,
    options: { batch?: number; signal?: AbortSignal } = {},
  ): Promise<Tap[]> {
    const { site, part } = this.site(name);
    const prompts = inputs.map((input) => this.prompt(input));
    if (part === "vision" && prompts.some((prompt) => !prompt.image)) {
      throw new AppError("INVALID_INPUT", `${name} lies in the vision tower: give every input an image.`);
    }
    const graph = this.part(part);
    const open = async () => openTap(await graph.read(), graph.path, site, this.parts.threads);
    const single = this.mixes || (part === "vision" && this.reader().batch === "one");
    const batch = single ? 1 : Math.max(1, options.batch ?? TAP_BATCH);
    return this.taps.use(name, open, async (session) => {
      const taps = new Array<Tap>(inputs.length);
      const run = part === "vision" ? this.tapTower(session) : this.tapTokens(session);
      for (const chunk of equalLengths(prompts, part === "vision", batch)) {
        options.signal?.throwIfAborted();
        const found = await run(chunk.map((i) => prompts[i]!));
        chunk.forEach((i, at) => {
          taps[i] = found[at] as Tap;
        });
      }
      return taps;
    });
  }

  private tapTower(session: Session) {
    return (prompts: readonly Prompt[]) =>
      tapVision(
        session,
        this.reader(),
        prompts.map((prompt) => prompt.image!.pixels),
      );
  }

  private tapTokens(session: Session) {
    return async (prompts: readonly Prompt[]): Promise<Tap[]> => {
      const acts = await tapDecoder(session, await this.plainEmbedder(), this.parts.decoder.shape, prompts);
      return prompts.map((prompt, i) => ({ acts: acts[i]!, tokens: tokenInfos(prompt, this.parts.tokenizer) }));
    };
  }

  async gradient(input: TapInput, name: string, of: LogitDifference): Promise<Gradient> {
    const { site, part } = this.site(name);
    const prompt = this.prompt(input);
    const { decoder, vision, threads, tokenizer } = this.parts;
    const open = (graph: GraphPart, tensor: string, output: string) => async () =>
      openGradient(await graph.read(), graph.path, { tensor, of: output }, threads);
    const tensor = part === "vision" ? "inputs_embeds" : site.tensor;
    const embedder = await this.plainEmbedder();
    const { gradient, difference } = await this.gradients.use(
      `decoder/${tensor}`,
      open(decoder, tensor, "logits"),
      (graph) => logitGradient(graph, embedder, decoder.shape, prompt, { ...of, vocab: this.vocab }),
    );
    if (part === "decoder" || !vision)
      return { acts: gradient, tokens: tokenInfos(prompt, tokenizer), value: difference };
    const acts = await this.gradients.use(`vision/${site.tensor}`, open(vision, site.tensor, vision.output), (graph) =>
      visionGradient(graph, vision.reader, prompt, gradient),
    );
    return { acts, tokens: towerTokens(prompt.image!.layout, acts.rows), value: difference };
  }

  async undifferentiable(name: string): Promise<{ op: string; node: string }[]> {
    const { site, part } = this.site(name);
    const { decoder, vision } = this.parts;
    if (part === "decoder" || !vision) return undifferentiable(await decoder.read(), site.tensor, "logits");
    return [
      ...undifferentiable(await vision.read(), site.tensor, vision.output),
      ...undifferentiable(await decoder.read(), "inputs_embeds", "logits"),
    ];
  }

  async siteGradients(input: TapInput, name: string, hidden: readonly Matrix[], of: Objective) {
    const { site, part } = this.site(name);
    if (part === "vision") {
      throw new AppError("INVALID_INPUT", `${name} lies in the vision tower: take a site of the decoder.`);
    }
    const { decoder, threads } = this.parts;
    const prompt = this.prompt(input);
    const behind = of.kind === "answer" ? of.ids.slice(0, -1) : [];
    const whole = { ...prompt, ids: [...prompt.ids, ...behind] };
    const given = {
      embedder: await this.plainEmbedder(),
      shape: decoder.shape,
      prompt: whole,
      tokens: prompt.ids.length,
      vocab: this.vocab,
    };
    const open = async () => openSiteGradient(await decoder.readAll(), decoder.path, site, threads);
    const tails = behind.length === 0 ? undefined : await this.tapWhole(whole, site);
    const versions = tails ? hidden.map((states) => withTail(states, tails)) : hidden;
    return this.gradients.use(`site/${name}`, open, (graph) => siteGradients(graph, given, versions, of));
  }

  /** Hidden states of a prompt that is ready. */
  private tapWhole(prompt: Prompt, site: Site): Promise<Matrix> {
    const { decoder, threads } = this.parts;
    const open = async () => openTap(await decoder.read(), decoder.path, site, threads);
    return this.taps.use(site.name, open, async (session) => {
      const [states] = await tapDecoder(session, await this.plainEmbedder(), decoder.shape, [prompt]);
      return states as Matrix;
    });
  }

  async *generate(input: GenerateInput): AsyncGenerator<GeneratedToken, Generation> {
    const { parts, release } = await this.answerer(input.edits ?? []);
    try {
      return yield* streamAnswer(parts, this.prompt(input), input);
    } finally {
      await release();
    }
  }

  async generateBatch(inputs: readonly TapInput[], options: BatchOptions = {}): Promise<Generation[]> {
    const prompts = inputs.map((input) => this.prompt(input));
    const { parts, release } = await this.answerer(options.edits ?? []);
    try {
      if (!this.mixes) return await answerBatch(parts, prompts, options);
      const answers: Generation[] = [];
      for (const prompt of prompts) answers.push(await wholeAnswer(parts, prompt, options));
      return answers;
    } finally {
      await release();
    }
  }

  async *generateVersions(input: VersionsInput): AsyncGenerator<VersionToken, Generation[]> {
    const edits = input.versions.flatMap((version) => [...version.edits]);
    const { parts, release } = await this.answerer(edits);
    const inTower = edits.some(({ site }) => this.site(site).part === "vision");
    try {
      return yield* runVersions(parts, this.prompt(input), input, this.mixes || inTower);
    } finally {
      await release();
    }
  }

  async *versionLogits(input: VersionLogitsInput): AsyncGenerator<Matrix> {
    const edits = input.versions.flat();
    const { parts, release } = await this.answerer(edits);
    const inTower = edits.some(({ site }) => this.site(site).part === "vision");
    try {
      yield* versionLogits(parts, this.prompt(input), input, this.mixes || inTower);
    } finally {
      await release();
    }
  }

  unembedding(): Promise<Matrix> {
    this.folded ??= this.readUnembedding();
    return this.folded;
  }

  private async readUnembedding(): Promise<Matrix> {
    const { read, path } = this.parts.decoder;
    const found = findUnembedding(await read(), path);
    await inlineWeights(found.norm ? [found.weight, found.norm] : [found.weight], path);
    return foldUnembedding(found, path);
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
    await Promise.all([
      this.taps.closeAll(),
      this.cut.closeAll(),
      this.whole.closeAll(),
      this.gradients.closeAll(),
      this.parts.words?.dispose(),
    ]);
  }

  /** What answering needs, with both graphs cut where hidden states are changed; held open until released. */
  private async answerer(edits: readonly SiteEdit[]): Promise<{ parts: Answerer; release: () => Promise<void> }> {
    const names = edits.map((edit) => this.site(edit.site).site.name);
    const { vision, tokenizer, decoder } = this.parts;
    const borrowed: Borrowed<Chain>[] = [];
    const chain = async (name: string, graph: GraphPart) => {
      const found = await this.chain(name, graph, names);
      borrowed.push(found);
      return found.value;
    };
    const release = async () => {
      await Promise.all(borrowed.map((one) => one.release()));
    };
    try {
      const plain = await this.plainEmbedder();
      const first = await chain("decoder", decoder);
      const later = decoder.later && (await chain("later", decoder.later));
      const inTower = vision?.sites.some((site) => names.includes(site.name));
      const embedder = inTower ? plain.withVision(await chain("vision", vision!)) : plain;
      const parts = {
        decoder: new Decoder(first, decoder.shape, later),
        embedder,
        tokenizer,
        vocab: this.vocab,
        context: this.parts.maxTokens,
        edits,
      };
      return { parts, release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  private plainEmbedder(): Promise<Embedder> {
    const { vision, words, dModel } = this.parts;
    this.embedder ??= (async () => {
      // Never given back: it lives as long as the model.
      const tower = vision && { chain: (await this.chain("vision", vision, [])).value, reader: vision.reader };
      return new Embedder(words, tower, dModel);
    })();
    return this.embedder;
  }

  /** A graph cut at those of the named sites that lie in it. */
  private chain(name: string, { path, read, sites }: GraphPart, cut: readonly string[]): Promise<Borrowed<Chain>> {
    const found = sites.filter((site) => cut.includes(site.name));
    const key = [name, ...found.map((site) => site.name)].join("/");
    const open = async () => Chain.open({ model: await read(), path, threads: this.parts.threads }, found);
    return (found.length === 0 ? this.whole : this.cut).borrow(key, open);
  }

  private get mixes(): boolean {
    return this.parts.decoder.mixes || (this.parts.vision?.mixes ?? false);
  }

  private part(part: "decoder" | "vision"): GraphPart {
    const { decoder, vision } = this.parts;
    if (part === "decoder") return decoder;
    if (!vision) throw this.textOnly();
    return vision;
  }

  private reader(): ImageReader {
    if (!this.parts.vision) throw this.textOnly();
    return this.parts.vision.reader;
  }

  private textOnly(): AppError {
    return new AppError("INVALID_INPUT", `${this.slug} reads text only: it has no image tokens and no vision sites.`);
  }

  private prompt(input: TapInput): Prompt {
    const { tokenizer, maxTokens, vision } = this.parts;
    return buildPrompt(input, { tokenizer, reader: vision?.reader, maxTokens });
  }

  private site(name: string): { site: Site; part: "decoder" | "vision" } {
    const { vision, decoder } = this.parts;
    const inDecoder = decoder.sites.find((site) => site.name === name);
    if (inDecoder) return { site: inDecoder, part: "decoder" };
    const inTower = vision?.sites.find((site) => site.name === name);
    if (inTower) return { site: inTower, part: "vision" };
    throw new AppError("INVALID_INPUT", `${this.slug} has no site "${name}": use one of ${this.sites.join(", ")}.`);
  }
}
