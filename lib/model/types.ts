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
  /** Of image tokens: row-major cell in the base view, 0 to rows * cols - 1. */
  cell?: number;
}

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

/** Hidden states of one input at one site. */
export interface Tap {
  acts: Matrix; // [tokens, dModel]
  /** One per row of `acts`. At a vision site: the image tokens only. */
  tokens: TokenInfo[];
}

export interface SamplingOptions {
  /** New tokens at most (default 64). */
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

export interface GenerateInput extends TapInput, SamplingOptions {}

export interface GeneratedToken {
  id: number;
  /** What this token adds to the answer; may be empty while a character is incomplete. */
  text: string;
  /** Natural logarithm of the token's probability before temperature and topP. */
  logprob: number;
}

/** A whole answer. */
export interface Generation {
  ids: number[];
  text: string;
  /** Sum over the tokens, the end token included when there is one. */
  logprob: number;
  /** `stop`: the end token or a stop text; `length`: maxTokens. */
  finish: "stop" | "length";
}

export interface BatchOptions extends Pick<SamplingOptions, "maxTokens" | "stop" | "signal"> {
  /** Rows that run together (default 16): memory grows with it. */
  batch?: number;
}

/** An open vision-language model. Calls may overlap; dispose when none is under way. */
export interface VisionLanguageModel {
  slug: string;
  /** Hash of the model's files: names everything that is made from it. */
  hash: string;
  kind: "vlm";
  nLayers: number;
  dModel: number;
  vocab: number;
  /** Sites that `tap` takes: `layers.N.resid_post` and `vision.layers.N.resid_post`. */
  sites: string[];
  /** Width of the hidden states at a site. @throws AppError INVALID_INPUT for an unknown site. */
  siteWidth(site: string): number;
  /** Where the base view's cells lie on an image of that size. */
  geometryFor(image: { width: number; height: number }): Geometry;
  /**
   * Hidden states at a site; only the part of the graph that leads there runs. Inputs of equal length run together.
   * @throws AppError INVALID_INPUT (unknown site, image and messages that do not fit), TOO_MANY_TOKENS.
   */
  tap(inputs: readonly TapInput[], site: string, options?: { batch?: number; signal?: AbortSignal }): Promise<Tap[]>;
  /** Streams an answer. The end token is not among the tokens. Errors as `tap`; aborting the signal throws. */
  generate(input: GenerateInput): AsyncIterable<GeneratedToken>;
  /**
   * Greedy answers to many prompts at once, in their order. Prompts that begin alike up to the end of an equal image (the
   * same RgbImage object, or equal pixels) pay for that beginning once.
   */
  generateBatch(inputs: readonly TapInput[], options?: BatchOptions): Promise<Generation[]>;
  /** [vocab, dModel], the final norm's weight folded in: rows times a residual direction give its effect on logits. */
  unembedding(): Promise<Matrix>;
  /** What the vocabulary entry looks like in running text, its leading space included. */
  tokenText(id: number): string;
  /** Ids of plain text, without special tokens. */
  tokenize(text: string): number[];
  /** The tokens of a prompt as `tap` would see them, image tokens expanded; runs nothing. */
  promptTokens(input: TapInput): TokenInfo[];
  dispose(): Promise<void>;
}
