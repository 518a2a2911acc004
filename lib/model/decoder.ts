import { type Cache, type CacheSlot, cacheFrom } from "@/lib/model/cache";
import { floatTensor, int64Tensor, type Session } from "@/lib/model/session";

/** What one pass of the decoder takes. */
export interface Pass {
  embeds: Float32Array; // [rows, tokens, dModel]
  rows: number;
  tokens: number;
  /** Leading positions of each row that are padding (at least one must not be); none when absent. */
  padding?: readonly number[];
}

/**
 * Runs the decoder over new tokens behind a cache. Padding stands between the cache and a row's first real token: it is
 * masked for all later tokens, in this pass and in the next ones, so `mask` must be carried along.
 */
export class Decoder {
  constructor(
    private readonly session: Session,
    readonly slots: readonly CacheSlot[],
    readonly dModel: number,
  ) {}

  /** @returns logits [rows, vocab] of each row's last token, and the grown cache and mask. */
  async run(pass: Pass, cache: Cache, state: Mask): Promise<{ logits: Float32Array; cache: Cache; state: Mask }> {
    const { rows, tokens } = pass;
    const next = extend(state, pass);
    const positions: number[] = [];
    for (let r = 0; r < rows; r++) {
      const pad = pass.padding?.[r] ?? 0;
      for (let t = 0; t < tokens; t++) positions.push(Math.max(0, (state.next[r] as number) + t - pad));
    }
    const outputs = await this.session.run({
      ...cache.tensors,
      inputs_embeds: floatTensor(pass.embeds, [rows, tokens, this.dModel]),
      attention_mask: int64Tensor(next.mask.flat(), [rows, cache.length + tokens]),
      position_ids: int64Tensor(positions, [rows, tokens]),
    });
    return { logits: lastRows(outputs.logits!, rows), cache: cacheFrom(this.slots, outputs), state: next };
  }
}

/** Per row which cached positions are real (1) or padding (0), and the next token's position. */
export interface Mask {
  mask: number[][];
  next: number[];
}

/** The state behind a cache of `length` real tokens in each of `rows` rows. */
export function freshMask(rows: number, length: number): Mask {
  return {
    mask: Array.from({ length: rows }, () => new Array<number>(length).fill(1)),
    next: new Array<number>(rows).fill(length),
  };
}

function extend(state: Mask, { tokens, padding }: Pass): Mask {
  return {
    mask: state.mask.map((row, r) => {
      const pad = padding?.[r] ?? 0;
      return [...row, ...new Array<number>(pad).fill(0), ...new Array<number>(tokens - pad).fill(1)];
    }),
    next: state.next.map((next, r) => next + tokens - (padding?.[r] ?? 0)),
  };
}

/** Logits [rows, tokens, vocab] reduced to the last token; a graph may already give one token only. */
function lastRows({ data, dims }: { data: unknown; dims: readonly number[] }, rows: number): Float32Array {
  const values = data as Float32Array;
  const [, tokens = 1, vocab = 0] = dims;
  if (tokens === 1) return values;
  const out = new Float32Array(rows * vocab);
  for (let r = 0; r < rows; r++) {
    const end = (r + 1) * tokens * vocab;
    out.set(values.subarray(end - vocab, end), r * vocab);
  }
  return out;
}
