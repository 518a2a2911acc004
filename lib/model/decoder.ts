import { type Cache, type CacheSlot, cacheFrom, emptyCache } from "@/lib/model/cache";
import type { AtSite, Begun, Chain } from "@/lib/model/chain";
import type { Positions } from "@/lib/model/positions";
import { floatsOf, int64Tensor, type Tensor } from "@/lib/model/session";
import { LOGITS_TO_KEEP } from "@/lib/onnx/head";

/** What one pass of the decoder takes. */
export interface Pass {
  /** `inputs_embeds` [rows, tokens, dModel] or `input_ids` [rows, tokens]. */
  inputs: Record<string, Tensor>;
  rows: number;
  tokens: number;
  /** Leading positions of each row that are padding (at least one must not be); none when absent. */
  padding?: readonly number[] | undefined;
  /** Last tokens whose logits are wanted; one when absent. */
  logits?: number;
  /** Positions of each row's tokens where they do not simply count on. */
  positions?: readonly Positions[] | undefined;
}

/** Named tensors that position the decoder's tokens, and how many axes its position ids have. */
export interface DecoderShape {
  slots: readonly CacheSlot[];
  positionAxes: number;
  /** False when rows of one batch must be of one length: fused attention counts tokens where others mask them. */
  pads: boolean;
  /** Tokens of a pass whose logits the graph gives: the last ones that are asked for, or all. */
  logits: "last" | "all";
}

/**
 * Runs the decoder over new tokens behind a cache. Padding stands between the cache and a row's first real token: it is
 * masked for all later tokens, in this pass and in the next ones, so `mask` must be carried along.
 */
export class Decoder {
  /** @param later the graph behind a cache, in exports that have one of its own for that. */
  constructor(
    private readonly chain: Chain,
    readonly shape: DecoderShape,
    private readonly later: Chain = chain,
  ) {}

  /** @returns logits [rows, vocab] of each row's last token (or of the last `pass.logits`), and the grown cache and mask. */
  async run(
    pass: Pass,
    cache: Cache,
    state: Mask,
    atSite?: AtSite,
  ): Promise<{ logits: Float32Array; cache: Cache; state: Mask }> {
    const { feeds, next } = decoderFeeds(pass, cache, state, this.shape.positionAxes);
    const outputs = await (cache.length === 0 ? this.chain : this.later).run(feeds, atSite);
    return this.results(outputs, pass, next);
  }

  /** Runs a prompt of one row up to the first site that the chain is cut at: what all versions of it share. */
  async begin(pass: Pass): Promise<Begun> {
    const { feeds } = decoderFeeds(pass, emptyCache(this.shape.slots, 1), freshMask(1), this.shape.positionAxes);
    return this.chain.begin(feeds);
  }

  /** Goes on with a prompt in so many equal rows, which `atSite` may make different. */
  async finish(
    pass: Pass,
    begun: Begun,
    rows: number,
    atSite?: AtSite,
  ): Promise<{ logits: Float32Array; cache: Cache; state: Mask }> {
    const inputs = Object.fromEntries(Object.entries(pass.inputs).map(([name, one]) => [name, repeat(one, rows)]));
    const many = { ...pass, inputs, rows, positions: pass.positions && new Array(rows).fill(pass.positions[0]) };
    const cache = emptyCache(this.shape.slots, rows);
    const { feeds, next } = decoderFeeds(many, cache, freshMask(rows), this.shape.positionAxes);
    const shared = Object.entries(begun.outputs).map(([name, one]) => [name, repeat(one, rows)]);
    const outputs = await this.chain.finish(feeds, { ...begun, outputs: Object.fromEntries(shared) }, atSite);
    return this.results(outputs, many, next);
  }

  private results(outputs: Record<string, Tensor>, { rows, logits = 1 }: Pass, state: Mask) {
    return { logits: lastRows(outputs.logits!, rows, logits), cache: cacheFrom(this.shape.slots, outputs), state };
  }
}

/** A tensor of one row as so many rows, copied. */
function repeat(tensor: Tensor, rows: number): Tensor {
  const { data, dims } = tensor;
  const out = new (data.constructor as new (n: number) => typeof data)(data.length * rows);
  for (let r = 0; r < rows; r++) out.set(data as never, r * data.length);
  return { ...tensor, data: out, dims: [rows, ...dims.slice(1)] };
}

/** Every input of a decoder graph for one pass, and the mask behind it. */
export function decoderFeeds(
  pass: Pass,
  cache: Cache,
  state: Mask,
  axes: number,
): { feeds: Record<string, Tensor>; next: Mask } {
  const { rows, tokens } = pass;
  const next = extend(state, pass);
  const at = (axis: number, r: number, t: number): number =>
    pass.positions?.[r]?.axes[axis]?.[t] ?? Math.max(0, (state.next[r] as number) + t - (pass.padding?.[r] ?? 0));
  const positions: number[] = [];
  for (let axis = 0; axis < axes; axis++) {
    for (let r = 0; r < rows; r++) for (let t = 0; t < tokens; t++) positions.push(at(axis, r, t));
  }
  const feeds = {
    ...cache.tensors,
    ...pass.inputs,
    attention_mask: int64Tensor(next.mask.flat(), [rows, cache.length + tokens]),
    position_ids: int64Tensor(positions, axes === 1 ? [rows, tokens] : [axes, rows, tokens]),
    [LOGITS_TO_KEEP]: int64Tensor([pass.logits ?? 1], []),
  };
  return { feeds, next };
}

/** Per row which cached positions are real (1) or padding (0), and the next token's position. */
export interface Mask {
  mask: number[][];
  next: number[];
}

/** The state before anything was read, in each of `rows` rows. */
export function freshMask(rows: number): Mask {
  return { mask: Array.from({ length: rows }, () => []), next: new Array<number>(rows).fill(0) };
}

function extend(state: Mask, { tokens, padding, positions }: Pass): Mask {
  return {
    mask: state.mask.map((row, r) => {
      const pad = padding?.[r] ?? 0;
      return [...row, ...new Array<number>(pad).fill(0), ...new Array<number>(tokens - pad).fill(1)];
    }),
    next: state.next.map((next, r) => positions?.[r]?.next ?? next + tokens - (padding?.[r] ?? 0)),
  };
}

/** Logits [rows, tokens, vocab] reduced to the last `keep` tokens; a graph may already give no more. */
function lastRows(logits: Tensor, rows: number, keep: number): Float32Array {
  const values = floatsOf(logits);
  const [, tokens = 1, vocab = 0] = logits.dims;
  if (tokens === keep) return values;
  const out = new Float32Array(rows * keep * vocab);
  for (let r = 0; r < rows; r++) {
    const end = (r + 1) * tokens * vocab;
    out.set(values.subarray(end - keep * vocab, end), r * keep * vocab);
  }
  return out;
}
