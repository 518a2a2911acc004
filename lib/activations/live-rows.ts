import { type FlagRule, flagsOf, MEDIAN_ROWS } from "@/lib/activations/flags";
import { isHeldOut, type SplitRule } from "@/lib/activations/split";
import type { ExampleRows } from "@/lib/activations/writer";
import { type Matrix, matrix } from "@/lib/tensor/matrix";
import { quantile, rowNorms } from "@/lib/tensor/stats";

/** Examples straight from a model, in a repeatable order; every call starts a fresh pass. */
export type LiveExamples = (epoch: number) => AsyncIterable<ExampleRows>;

export interface LiveOptions {
  rule: FlagRule;
  /** Leaves these examples out of training. */
  heldOut?: SplitRule;
}

/**
 * Endless rows for `mixedBatches` without a store: what a cache of the same examples would hold and training would read, the
 * flagged rows left out by the same rule. Memory is one example, and the first rows until their median norm is known. A run
 * that resumes taps its examples again up to where it stood, so a store is the better choice for long runs.
 * @throws RangeError when a whole pass has no row to train on.
 */
export function liveRows(examples: LiveExamples, { rule, heldOut }: LiveOptions): () => AsyncGenerator<Matrix> {
  return async function* () {
    let median: number | null = null;
    let waiting: ExampleRows[] = [];
    let waitingRows = 0;
    /** Rows of what waits; the first time they tell the median norm. */
    async function* release(): AsyncGenerator<Matrix, number> {
      median ??= medianNorm(waiting);
      let found = 0;
      for (const example of waiting) found += yield* trainable(example, median, rule, heldOut);
      waiting = [];
      return found;
    }
    for (let epoch = 0; ; epoch++) {
      let found = 0;
      for await (const example of examples(epoch)) {
        waiting.push(example);
        waitingRows += example.acts.rows;
        if (median !== null || waitingRows >= MEDIAN_ROWS) found += yield* release();
      }
      found += yield* release();
      if (found === 0) throw new RangeError("there are no rows to train on");
    }
  };
}

/** The median norm that a store of these examples would note: of all their rows, held out or not. */
function medianNorm(examples: readonly ExampleRows[]): number {
  return (
    quantile(
      examples.flatMap(({ acts }) => [...rowNorms(acts)]),
      0.5,
    ) ?? 0
  );
}

async function* trainable(
  { acts, image_id, prompt, bosRow = 0 }: ExampleRows,
  median: number,
  rule: FlagRule,
  heldOut: SplitRule | undefined,
): AsyncGenerator<Matrix, number> {
  if (heldOut && isHeldOut(image_id ?? prompt, heldOut)) return 0;
  const flags = flagsOf(rowNorms(acts), bosRow, median, rule);
  const kept = matrix(flags.filter((flag) => flag === 0).length, acts.cols);
  let at = 0;
  for (let r = 0; r < acts.rows; r++) {
    if (flags[r] === 0) kept.data.set(acts.data.subarray(r * acts.cols, (r + 1) * acts.cols), acts.cols * at++);
  }
  if (kept.rows > 0) yield kept;
  return kept.rows;
}

/**
 * Held-out rows of a pass, at most about `rows` of them, kept in memory for repeated passes, with their kinds.
 * The outlier rule refers to these rows' own median.
 */
export async function heldOutLive(examples: LiveExamples, { rule, heldOut }: Required<LiveOptions>, rows: number) {
  const kept: ExampleRows[] = [];
  let count = 0;
  for await (const example of examples(0)) {
    if (!isHeldOut(example.image_id ?? example.prompt, heldOut)) continue;
    kept.push(example);
    count += example.acts.rows;
    if (count >= rows) break;
  }
  const median = medianNorm(kept);
  const batches = kept.map(({ acts, kinds, bosRow = 0 }) => {
    const flags = flagsOf(rowNorms(acts), bosRow, median, rule);
    const places = [...flags.keys()].filter((r) => flags[r] === 0);
    const data = matrix(places.length, acts.cols);
    places.forEach((r, at) => {
      data.data.set(acts.data.subarray(r * acts.cols, (r + 1) * acts.cols), at * acts.cols);
    });
    return { acts: data, kinds: Uint8Array.from(places, (r) => kinds[r]!) };
  });
  return async function* () {
    yield* batches;
  };
}
