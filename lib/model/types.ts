import type { RgbImage } from "@/lib/media/image";
import type { Matrix } from "@/lib/tensor/matrix";

/** One turn of a conversation. At most one message of a conversation carries the image. */
export interface ChatMessage {
  role: "user" | "assistant" | "system";
  content: string;
  image?: true;
}

/** One position of the decoder's sequence, image placeholders expanded. */
export interface TokenInfo {
  id: number;
  text: string;
  kind: "text" | "image" | "special";
  /** Of image tokens: row-major cell in the base view, 0 to rows * cols - 1. Tokens of further crops have none. */
  cell?: number;
  /** Of image tokens: what they see, in pixels of the image; null for line ends. */
  box?: Box | null;
}

/** Corners in pixels of the original image, [x0, y0, x1, y1]. */
export type Box = readonly [number, number, number, number];

/** How a grid of image tokens lies on the image. */
export interface Geometry {
  id: string;
  view: string;
  rows: number;
  cols: number;
  /** Unit square (u, v) of the view to image pixels: x = a u + c v + e, y = b u + d v + f, as [a, b, c, d, e, f]. */
  affine: [number, number, number, number, number, number];
  resize: "squash" | "crop" | "pad" | "tile";
}

/** What a model reads: a conversation through its chat template, or plain text when `raw` is given. */
export interface TapInput {
  image?: RgbImage;
  messages: ChatMessage[];
  /** Plain text without chat template, after the model's beginning-of-text token; `messages` and `image` are ignored. */
  raw?: string;
}

/** What stands at a token: part of the image, the rest of the prompt, or what the model has answered so far. */
export type Span = "image" | "question" | "answer";

/** Where a row of hidden states stands. */
export interface Place {
  span: Span;
  /** Index in the decoder's sequence, image tokens expanded; at vision sites the tower's row. */
  position: number;
  /** Of image tokens of the base view: row-major cell, as in TokenInfo. */
  cell?: number | undefined;
  /** The prompt's last token, from which the answer begins. */
  last?: boolean | undefined;
}

/**
 * Changes hidden states on their way through a site: `apply` gets those of the tokens that run now, [tokens, d], and may
 * change them in place; `places` says where each stands, null at padding. Called for every pass, prompt and answer alike.
 */
export interface SiteEdit {
  site: string;
  apply(hidden: Matrix, places: readonly (Place | null)[]): void | Promise<void>;
}

/** Hidden states of one input at one site. */
export interface Tap {
  acts: Matrix; // [tokens, dModel]
  /** One per row of `acts`. At a vision site: the rows of the tower, class tokens included. */
  tokens: TokenInfo[];
}

export interface SamplingOptions {
  /** New tokens at most (default 64); fewer where the model's context ends. */
  maxTokens?: number;
  /** 0 (default): always the likeliest token. */
  temperature?: number;
  /** Sample from the smallest set of tokens that holds this share of probability (default 1: all). */
  topP?: number;
  /** Equal seeds give equal text (default 0). */
  seed?: number;
  /** Texts that end the answer; they are not part of it. */
  stop?: string[];
  signal?: AbortSignal;
}

export interface GenerateInput extends TapInput, SamplingOptions {
  /** Applied in their order. */
  edits?: readonly SiteEdit[];
  /** Return each token's logits as well. */
  logits?: boolean;
}

export interface GeneratedToken {
  id: number;
  /** What this token adds to the answer; may be empty while a character or a stop text is incomplete. */
  text: string;
  /** Natural logarithm of the token's probability before temperature and topP. */
  logprob: number;
  /** [vocab], on request. */
  logits?: Float32Array;
}

/** A whole answer. */
export interface Generation {
  ids: number[];
  text: string;
  /** Sum over the tokens, the end token included when there is one. */
  logprob: number;
  /** `stop`: the end token or a stop text; `length`: maxTokens, or the end of the model's context. */
  finish: "stop" | "length";
}

export interface BatchOptions extends Pick<SamplingOptions, "maxTokens" | "stop" | "signal"> {
  /** Rows that run together (default 16): memory grows with it. */
  batch?: number;
  edits?: readonly SiteEdit[];
}

/** One way to run a prompt. */
export interface Version {
  /** Applied in their order. */
  edits: readonly SiteEdit[];
  /** An answer that the model is made to give, token after token; sampled when absent. */
  forced?: readonly number[];
}

export interface VersionsInput extends TapInput, SamplingOptions {
  versions: readonly Version[];
  /** Versions that run together (default 16): memory grows with it. */
  batch?: number;
  logits?: boolean;
}

/** One prompt that is read to its end in several versions, each with its own edits, applied in their order. */
export interface VersionLogitsInput extends TapInput {
  versions: readonly (readonly SiteEdit[])[];
  /** First token whose logits are wanted (default 0). */
  from?: number;
  /** Versions that run together (default: up to 16, fewer where their logits are large): memory grows with it. */
  batch?: number;
  signal?: AbortSignal;
}

/** A token of one version's answer. */
export interface VersionToken extends GeneratedToken {
  version: number;
}

/** A logit difference of the last prompt token. */
export interface LogitDifference {
  plus: number;
  minus: number;
}

/** What is differentiated: a logit difference at the last prompt token, or the log-probability of an answer behind it. */
export type Objective = ({ kind: "logit" } & LogitDifference) | { kind: "answer"; ids: readonly number[] };

/** A linear reading of a vision model's output: the sum of `output` times `direction`. */
export interface OutputDirection {
  output: string;
  direction: Float32Array;
}

/** A scalar's gradient at a site. */
export interface Gradient extends Tap {
  /** The scalar itself. */
  value: number;
}

/** An open model of any kind. Calls may overlap; dispose when none is under way. */
export interface LoadedModel {
  slug: string;
  /** Hash of the model's files: names everything that is made from it. */
  hash: string;
  kind: "vlm" | "text" | "vision";
  nLayers: number;
  dModel: number;
  /** Sites that `tap` takes: `layers.N.resid_post` of a decoder and `vision.layers.N.resid_post` of a tower. */
  sites: string[];
  /** Width of the hidden states at a site. @throws AppError INVALID_INPUT for an unknown site. */
  siteWidth(site: string): number;
  /** Where the base view's cells lie on an image of that size. @throws AppError INVALID_INPUT in a text model. */
  geometryFor(image: { width: number; height: number }): Geometry;
  /**
   * Hidden states at a site; only the part of the graph that leads there runs. Inputs of equal length run together.
   * @throws AppError INVALID_INPUT (unknown site, image and messages that do not fit), TOO_MANY_TOKENS.
   */
  tap(inputs: readonly TapInput[], site: string, options?: { batch?: number; signal?: AbortSignal }): Promise<Tap[]>;
  /** Operators between a site and the model's output that have no gradient; none when `gradient` works there. */
  undifferentiable(site: string): Promise<{ op: string; node: string }[]>;
  dispose(): Promise<void>;
}

/** An open decoder, with a vision tower (kind "vlm") or without (kind "text"). */
export interface VisionLanguageModel extends LoadedModel {
  kind: "vlm" | "text";
  vocab: number;
  /**
   * Gradient of a logit difference at the last prompt position with respect to the hidden states at a site, by reverse-mode
   * differentiation of the graph behind it.
   * @throws AppError MODEL_UNREADABLE naming an operator without a gradient; errors as `tap`.
   */
  gradient(input: TapInput, site: string, of: LogitDifference): Promise<Gradient>;
  /**
   * Objective and its gradient [tokens, d] for several versions of the prompt's hidden states at a site of the decoder, as
   * `tap` gives them: only what lies behind the site runs.
   * @throws AppError as `gradient`; INVALID_INPUT for a vision site.
   */
  siteGradients(
    input: TapInput,
    site: string,
    hidden: readonly Matrix[],
    of: Objective,
  ): Promise<{ value: number; gradient: Matrix }[]>;
  /**
   * Streams an answer, and returns the whole of it. The end token is not among the tokens. Text that may be the beginning
   * of a stop text is held back until that is known. Errors as `tap`; aborting the signal throws.
   */
  generate(input: GenerateInput): AsyncGenerator<GeneratedToken, Generation>;
  /**
   * Greedy answers to many prompts at once, in their order. Prompts that begin alike up to the end of an equal image (the
   * same RgbImage object, or equal pixels) pay for that beginning once. Models whose quantisation lets rows change each
   * other answer one by one.
   */
  generateBatch(inputs: readonly TapInput[], options?: BatchOptions): Promise<Generation[]>;
  /**
   * Answers to one prompt in several versions at once, as their tokens come: what is below the first changed site runs once
   * for all. Every version draws with the same seed. A forced answer ends with its last token, the end token included
   * when it is given. Returns the answers in the order of the versions. Errors as `generate`.
   */
  generateVersions(input: VersionsInput): AsyncGenerator<VersionToken, Generation[]>;
  /**
   * What the model expects behind every token of a prompt, in several versions of it: logits [tokens - from, vocab] of each
   * version, in their order; row r is of token `from` + r and speaks of the one behind it. What is below the first changed site
   * runs once for all. Errors as `tap`; RangeError when `from` lies behind the prompt.
   */
  versionLogits(input: VersionLogitsInput): AsyncGenerator<Matrix>;
  /** [vocab, dModel], the final norm's weight folded in: rows times a residual direction give its effect on logits. */
  unembedding(): Promise<Matrix>;
  /** What the vocabulary entry looks like in running text, its leading space included. */
  tokenText(id: number): string;
  /** Ids of plain text, without special tokens. */
  tokenize(text: string): number[];
  /** The tokens of a prompt as `tap` would see them, image tokens expanded; runs nothing. */
  promptTokens(input: TapInput): TokenInfo[];
}

/** An open vision tower by itself: CLIP, SigLIP, DINOv2. */
export interface VisionModel extends LoadedModel {
  kind: "vision";
  /** Float outputs of the graph that `gradient` can start from. */
  outputs: string[];
  /** The whole of an output for one image, row-major, with its shape. */
  output(image: RgbImage, output: string): Promise<{ data: Float32Array; dims: readonly number[] }>;
  /** Gradient of a linear reading of an output with respect to the hidden states at a site. Errors as `tap`. */
  gradient(input: TapInput, site: string, of: OutputDirection): Promise<Gradient>;
}

export type AnyModel = VisionLanguageModel | VisionModel;
