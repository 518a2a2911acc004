import { createRng } from "@/lib/core/rng";
import type { RgbImage } from "@/lib/media/image";
import { Answer } from "@/lib/model/answer";
import { type Cache, emptyCache, selectRows } from "@/lib/model/cache";
import { type Decoder, freshMask, type Mask } from "@/lib/model/decoder";
import { drain } from "@/lib/model/drain";
import { editing, placesOf } from "@/lib/model/edits";
import { type Embedder, imageKey } from "@/lib/model/embed";
import { positionsOf } from "@/lib/model/positions";
import type { Prompt } from "@/lib/model/prompt";
import { chooseToken, logprobOf } from "@/lib/model/sampling";
import type { Tokenizer } from "@/lib/model/tokenizer";
import type { BatchOptions, GeneratedToken, Generation, Place, SamplingOptions, SiteEdit } from "@/lib/model/types";

/** The parts that answering needs. */
export interface Answerer {
  decoder: Decoder;
  embedder: Embedder;
  tokenizer: Tokenizer;
  vocab: number;
  /** Positions that the model knows: an answer ends where they do. */
  context: number;
  /** Changes of hidden states on the way; the chains of decoder and embedder are cut at their sites. */
  edits: readonly SiteEdit[];
}

const MAX_TOKENS = 64;
/** Rows of one decoding batch. KV caches of 200 tokens are copied at every step, so 8 to 32 rows run equally fast. */
const BATCH = 16;

/** New tokens that may follow a prompt. */
export function room({ maxTokens = MAX_TOKENS }: SamplingOptions, prompt: Prompt, context: number): number {
  return Math.min(maxTokens, context - prompt.ids.length);
}

/** Streams the answer to one prompt, and returns the whole of it. */
export async function* streamAnswer(
  parts: Answerer,
  prompt: Prompt,
  options: SamplingOptions & { logits?: boolean },
): AsyncGenerator<GeneratedToken, Generation> {
  const { decoder, embedder, tokenizer, edits } = parts;
  const answer = new Answer(tokenizer, room(options, prompt, parts.context), options.stop ?? []);
  const rng = createRng(options.seed ?? 0, "generate");
  let cache = emptyCache(decoder.shape.slots, 1);
  let state = freshMask(1);
  let next = prompt;
  let places = placesOf(prompt);
  while (!answer.finish) {
    options.signal?.throwIfAborted();
    const first = next === prompt;
    const inputs = await embedder.embed([next], { atSite: editing(edits, []) });
    const positions = first ? [positionsOf(prompt, decoder.shape.positionAxes)] : undefined;
    const pass = { inputs, rows: 1, tokens: next.ids.length, positions };
    const out = await decoder.run(pass, cache, state, editing(edits, [places]));
    const id = chooseToken(out.logits, options, rng);
    const logprob = logprobOf(out.logits, id);
    const text = answer.push(id, logprob);
    if (text === undefined) break;
    yield { id, text, logprob, ...(options.logits ? { logits: out.logits } : {}) };
    ({ cache, state } = out);
    next = tokenPrompt(id);
    places = [{ span: "answer", position: prompt.ids.length + answer.ids.length - 1 }];
  }
  return answer.result();
}

/** The answer to one prompt at once. */
export function wholeAnswer(parts: Answerer, prompt: Prompt, options: SamplingOptions): Promise<Generation> {
  return drain(streamAnswer(parts, prompt, options));
}

/** A prompt of one further token. */
export const tokenPrompt = (id: number): Prompt => ({ ids: [id], imageStart: 0, imageEnd: 0 });

/** Greedy answers to many prompts; see VisionLanguageModel.generateBatch. */
export async function answerBatch(
  parts: Answerer,
  prompts: readonly Prompt[],
  options: BatchOptions,
): Promise<Generation[]> {
  const results = new Array<Generation>(prompts.length);
  const batch = Math.max(1, options.batch ?? BATCH);
  for (const group of groupByBeginning(prompts, parts.decoder.shape.pads)) {
    for (let at = 0; at < group.length; at += batch) {
      const rows = group.slice(at, at + batch);
      const begun = await runBeginnings(parts, rows);
      const answers = await decodeRows(parts, rows, begun, options);
      rows.forEach(({ index }, i) => {
        results[index] = answers[i]!.result();
      });
    }
  }
  return results;
}

interface Row {
  index: number;
  prompt: Prompt;
  /** Equal for prompts that are equal up to the end of their image; "" without an image. */
  beginning: string;
}

/**
 * Rows that may run together: their images end at the same position, and where nothing pads, they themselves do. Within
 * a group equal beginnings stand side by side, and rows of like length after that, so that batches share most and pad
 * least.
 */
function groupByBeginning(prompts: readonly Prompt[], pads: boolean): Row[][] {
  const keys = new Map<object, string>();
  const keyOf = (image: RgbImage) => {
    const key = keys.get(image) ?? imageKey(image);
    keys.set(image, key);
    return key;
  };
  const groups = new Map<string, Row[]>();
  prompts.forEach((prompt, index) => {
    const before = prompt.ids.slice(0, prompt.imageStart).join(",");
    const beginning = prompt.image ? `${before}|${keyOf(prompt.image.pixels)}` : "";
    const end = `${prompt.imageEnd}/${pads ? "any" : prompt.ids.length}`;
    const group = groups.get(end) ?? [];
    groups.set(end, group);
    group.push({ index, prompt, beginning });
  });
  const length = ({ prompt }: Row) => prompt.ids.length;
  for (const rows of groups.values()) {
    const first = new Map<string, number>();
    for (const row of rows) if (!first.has(row.beginning)) first.set(row.beginning, first.size);
    rows.sort((a, b) => first.get(a.beginning)! - first.get(b.beginning)! || length(a) - length(b));
  }
  return [...groups.values()];
}

/** Cache and mask of each row up to the end of its image; equal beginnings run once. */
async function runBeginnings(
  { decoder, embedder, edits }: Answerer,
  rows: readonly Row[],
): Promise<{ cache: Cache; state: Mask }> {
  const { slots, positionAxes } = decoder.shape;
  const shared = rows[0]!.prompt.imageEnd;
  if (shared === 0) return { cache: emptyCache(slots, rows.length), state: freshMask(rows.length) };
  const distinct = new Map<string, Prompt>();
  for (const { beginning, prompt } of rows) if (!distinct.has(beginning)) distinct.set(beginning, prompt);
  const prompts = [...distinct.values()].map((prompt) => ({ ...prompt, ids: prompt.ids.slice(0, shared) }));
  const inputs = await embedder.embed(prompts, { atSite: editing(edits, []) });
  const count = prompts.length;
  const positions = prompts.map((prompt) => positionsOf(prompt, positionAxes));
  const pass = { inputs, rows: count, tokens: shared, positions };
  const { cache, state } = await decoder.run(
    pass,
    emptyCache(slots, count),
    freshMask(count),
    editing(edits, prompts.map(placesOf)),
  );
  if (count === rows.length) return { cache, state };
  const order = [...distinct.keys()];
  return chosen(
    cache,
    state,
    rows.map(({ beginning }) => order.indexOf(beginning)),
  );
}

/** Rows of a cache and their masks; a row may be chosen often. */
function chosen(cache: Cache, state: Mask, rows: readonly number[]): { cache: Cache; state: Mask } {
  return {
    cache: selectRows(cache, rows),
    state: { mask: rows.map((i) => state.mask[i]!), next: rows.map((i) => state.next[i]!) },
  };
}

/** The rest of each prompt, padded on the left to one length, then token after token until every row has ended. */
async function decodeRows(
  parts: Answerer,
  rows: readonly Row[],
  begun: { cache: Cache; state: Mask },
  options: BatchOptions,
) {
  const { decoder, embedder, tokenizer, vocab, edits } = parts;
  const answers = rows.map(
    ({ prompt }) => new Answer(tokenizer, room(options, prompt, parts.context), options.stop ?? []),
  );
  const rests = rows.map(({ prompt }) => prompt.ids.slice(prompt.imageEnd));
  let tokens = Math.max(...rests.map((rest) => rest.length));
  let padding: number[] | undefined = rests.map((rest) => tokens - rest.length);
  const padded = rests.map((rest, i) => ({
    ...tokenPrompt(0),
    ids: [...new Array<number>(padding![i]!).fill(rest[0]!), ...rest],
  }));
  let inputs = await embedder.embed(padded);
  let { cache, state } = begun;
  let places: (Place | null)[][] = rests.map((rest, i) => [
    ...new Array<null>(padding![i]!).fill(null),
    ...placesOf(rows[i]!.prompt).slice(-rest.length),
  ]);
  let position = 0;
  let live = answers.map((_, i) => i);
  for (;;) {
    options.signal?.throwIfAborted();
    const out = await decoder.run({ inputs, rows: live.length, tokens, padding }, cache, state, editing(edits, places));
    const next = live.map((row, i) => {
      const logits = out.logits.subarray(i * vocab, (i + 1) * vocab);
      const id = chooseToken(logits, {}, NO_RNG);
      // A row that has ended runs along until enough have; what it goes on to say is nobody's answer.
      if (!answers[row]!.finish) answers[row]!.push(id, logprobOf(logits, id));
      return id;
    });
    const going = live.flatMap((row, i) => (answers[row]!.finish ? [] : [i]));
    if (going.length === 0) return answers;
    ({ cache, state } = out);
    let ids = next;
    if (going.length <= live.length / 2) {
      // Half of the rows have ended: copying the rest together is cheaper than carrying the dead ones along.
      ({ cache, state } = chosen(cache, state, going));
      live = going.map((i) => live[i]!);
      ids = going.map((i) => next[i]!);
    }
    inputs = await embedder.embed(ids.map(tokenPrompt));
    tokens = 1;
    padding = undefined;
    places = live.map((row) => [{ span: "answer", position: rows[row]!.prompt.ids.length + position }]);
    position++;
  }
}

/** Greedy choice draws nothing. */
const NO_RNG = createRng(0, "unused");
