import { createRng, type Rng } from "@/lib/core/rng";
import { Answer } from "@/lib/model/answer";
import { type Cache, selectRows } from "@/lib/model/cache";
import type { AtSite, Begun } from "@/lib/model/chain";
import type { Mask, Pass } from "@/lib/model/decoder";
import { editing, matrices, placesOf } from "@/lib/model/edits";
import { type Answerer, room, tokenPrompt } from "@/lib/model/generate";
import { positionsOf } from "@/lib/model/positions";
import type { Prompt } from "@/lib/model/prompt";
import { chooseToken, logprobOf } from "@/lib/model/sampling";
import type { Generation, Place, Version, VersionsInput, VersionToken } from "@/lib/model/types";

const BATCH = 16;

/** A version on its way. */
interface Row {
  version: number;
  edits: Version["edits"];
  forced: readonly number[] | undefined;
  answer: Answer;
  rng: Rng;
}

/**
 * Answers to one prompt in several versions; see VisionLanguageModel.generateVersions. Versions whose answer is given are read in
 * one pass with the prompt, as every token is known beforehand; where rows change each other they are decoded token by token
 * like free ones.
 * @param parts cut at the sites of all versions' edits.
 * @param alone versions must not run together: their edits lie in the vision tower, or rows change each other.
 */
export async function* runVersions(
  parts: Answerer,
  prompt: Prompt,
  input: VersionsInput,
  alone: boolean,
): AsyncGenerator<VersionToken, Generation[]> {
  const rows = input.versions.map(({ edits, forced }, version): Row => {
    const most = forced ? forced.length : room(input, prompt, parts.context);
    const answer = new Answer(parts.tokenizer, most, forced ? [] : (input.stop ?? []));
    return { version, edits, forced, answer, rng: createRng(input.seed ?? 0, "generate") };
  });
  const batch = alone ? 1 : Math.max(1, input.batch ?? BATCH);
  const given = (row: Row) => !alone && (row.forced?.length ?? 0) > 1;
  for (const same of byForced(rows.filter(given))) {
    const ids = same[0]!.forced!;
    const shared = await begin(parts, { ...prompt, ids: [...prompt.ids, ...ids.slice(0, -1)] }, []);
    for (let at = 0; at < same.length; at += batch) {
      input.signal?.throwIfAborted();
      yield* readRows(parts, prompt, same.slice(at, at + batch), shared, input);
    }
  }
  const free = rows.filter((row) => !given(row));
  let shared: Shared | undefined;
  for (let at = 0; at < free.length; at += batch) {
    const some = free.slice(at, at + batch);
    if (alone || !shared) shared = await begin(parts, prompt, alone ? some[0]!.edits : []);
    yield* answerRows(parts, prompt, some, shared, input);
  }
  return rows.map(({ answer }) => answer.result());
}

/** Rows with one given answer together. */
function byForced(rows: readonly Row[]): Row[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = row.forced!.join();
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

interface Shared {
  pass: Pass;
  begun: Begun;
}

/** Reads a given answer behind the prompt in one pass. */
async function* readRows(
  { decoder, vocab }: Answerer,
  prompt: Prompt,
  rows: readonly Row[],
  { pass, begun }: Shared,
  input: VersionsInput,
): AsyncGenerator<VersionToken> {
  const ids = rows[0]!.forced!;
  const places: Place[] = [
    ...placesOf(prompt),
    ...ids.slice(0, -1).map((_, i): Place => ({ span: "answer", position: prompt.ids.length + i })),
  ];
  const edits = ownEdits(
    rows,
    rows.map(() => places),
  );
  const { logits } = await decoder.finish({ ...pass, logits: ids.length }, begun, rows.length, edits);
  for (const [i, id] of ids.entries()) {
    for (const [r, row] of rows.entries()) {
      const at = (r * ids.length + i) * vocab;
      yield take(row, id, logits.subarray(at, at + vocab), input.logits ?? false)!;
    }
  }
}

async function begin({ decoder, embedder }: Answerer, prompt: Prompt, edits: Version["edits"]): Promise<Shared> {
  const inputs = await embedder.embed([prompt], { atSite: editing(edits, []) });
  const positions = [positionsOf(prompt, decoder.shape.positionAxes)];
  const pass: Pass = { inputs, rows: 1, tokens: prompt.ids.length, positions };
  return { pass, begun: await decoder.begin(pass) };
}

/** Each row's own edits, of the rows that run now. */
function ownEdits(rows: readonly Row[], places: readonly (readonly Place[])[]): AtSite | undefined {
  if (rows.every(({ edits }) => edits.length === 0)) return undefined;
  return async (site, hidden) => {
    for (const [r, matrix] of matrices(hidden).entries()) {
      for (const edit of rows[r]!.edits) if (edit.site === site) await edit.apply(matrix, places[r]!);
    }
  };
}

async function* answerRows(
  { decoder, embedder, vocab }: Answerer,
  prompt: Prompt,
  rows: readonly Row[],
  { pass, begun }: Shared,
  input: VersionsInput,
): AsyncGenerator<VersionToken> {
  let live = rows.filter(({ answer }) => !answer.finish);
  if (live.length === 0) return;
  const places = placesOf(prompt);
  let out: { logits: Float32Array; cache: Cache; state: Mask } = await decoder.finish(
    pass,
    begun,
    live.length,
    ownEdits(
      live,
      live.map(() => places),
    ),
  );
  for (let position = prompt.ids.length; ; position++) {
    input.signal?.throwIfAborted();
    const next: number[] = [];
    for (const [r, row] of live.entries()) {
      const logits = out.logits.subarray(r * vocab, (r + 1) * vocab);
      const id = row.forced?.[position - prompt.ids.length] ?? chooseToken(logits, input, row.rng);
      next.push(id);
      if (row.answer.finish) continue;
      const token = take(row, id, logits, input.logits ?? false);
      if (token) yield token;
    }
    const going = live.flatMap(({ answer }, r) => (answer.finish ? [] : [r]));
    if (going.length === 0) return;
    let { cache, state } = out;
    if (going.length <= live.length / 2) {
      // Half of the rows have ended: copying the rest together is cheaper than carrying the dead ones along.
      cache = selectRows(cache, going);
      state = { mask: going.map((r) => state.mask[r]!), next: going.map((r) => state.next[r]!) };
      live = going.map((r) => live[r]!);
      next.splice(0, next.length, ...going.map((r) => next[r]!));
    }
    const inputs = await embedder.embed(next.map(tokenPrompt));
    const at = live.map((): Place[] => [{ span: "answer", position }]);
    out = await decoder.run({ inputs, rows: live.length, tokens: 1 }, cache, state, ownEdits(live, at));
  }
}

/** Adds a token to a row's answer; undefined when it ends a free answer and is no part of it. */
function take(row: Row, id: number, logits: Float32Array, keep: boolean): VersionToken | undefined {
  const { version, forced, answer } = row;
  const logprob = logprobOf(logits, id);
  const text = forced ? answer.force(id, logprob) : answer.push(id, logprob);
  if (text === undefined) return undefined;
  return { version, id, text, logprob, ...(keep ? { logits: logits.slice() } : {}) };
}
