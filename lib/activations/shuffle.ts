import { heldOutExamples, type SplitRule } from "@/lib/activations/split";
import type { ActivationStore, RowBlock } from "@/lib/activations/store";
import { createRng, type Rng } from "@/lib/core/rng";
import { assertCols, type Matrix, matrix } from "@/lib/tensor/matrix";

export interface MixOptions {
  d: number;
  batchSize: number;
  seed: number;
  /** Rows that wait in memory and are mixed; default 131,072, or 1 GiB if that is less. At least two batches. */
  bufferRows?: number;
  signal?: AbortSignal;
}

export interface ShuffleOptions extends Omit<MixOptions, "d"> {
  /** Leaves these examples out, for evaluation. */
  heldOut?: SplitRule;
}

/** Rows to mix, endless, in an order that depends on the seed alone. Each matrix is copied before the next is asked for. */
export type RowStream = () => AsyncIterator<Matrix>;

/** Rows per block read from disk: small enough that a buffer mixes many places, large enough to stay sequential. */
const BLOCK_ROWS = 2048;

/** Endless shuffled training batches from a store, as the factory `trainSae` wants; see `mixedBatches`. */
export async function shuffledBatches(store: ActivationStore, options: ShuffleOptions) {
  const held = options.heldOut ? await heldOutExamples(store, options.heldOut) : new Set<number>();
  const { d } = store.manifest;
  const bufferRows = options.bufferRows ?? Math.min(defaultBuffer(d), store.rows);
  return mixedBatches(() => endlessRows(store, options.seed, held), { ...options, d, bufferRows });
}

const defaultBuffer = (d: number) => Math.min(131_072, Math.floor(2 ** 30 / (4 * d)));

/**
 * Endless shuffled batches of any stream of rows. The tokens of one image resemble each other, so rows wait in a buffer; half
 * of it is served in random order, then it is refilled: memory is that of the buffer, whatever the stream's length. The
 * batches depend on the seed alone: starting at step n yields exactly those that an uninterrupted pass has from there. The
 * yielded matrix is reused for the next batch.
 */
export function mixedBatches(stream: RowStream, options: MixOptions): (fromStep: number) => AsyncGenerator<Matrix> {
  const capacity = Math.max(2 * options.batchSize, options.bufferRows ?? defaultBuffer(options.d));
  return (fromStep) => serve(stream(), options, capacity, fromStep);
}

async function* serve(
  source: AsyncIterator<Matrix>,
  { d, batchSize, seed, signal }: MixOptions,
  capacity: number,
  fromStep: number,
): AsyncGenerator<Matrix> {
  const buffer = matrix(capacity, d);
  const rng = createRng(seed, "buffer");
  const order = new Uint32Array(capacity);
  const batch = matrix(batchSize, d);
  const served = Math.max(1, Math.floor(capacity / 2 / batchSize)) * batchSize;
  let pending: Matrix = matrix(0, d);
  let filled = 0;
  let step = 0;
  for (;;) {
    while (filled < capacity) {
      signal?.throwIfAborted();
      if (pending.rows === 0) pending = await nextRows(source, d);
      const rows = Math.min(pending.rows, capacity - filled);
      buffer.data.set(pending.data.subarray(0, rows * d), filled * d);
      pending = { data: pending.data.subarray(rows * d), rows: pending.rows - rows, cols: d };
      filled += rows;
    }
    for (let r = 0; r < capacity; r++) order[r] = r;
    rng.shuffle(order);
    for (let at = 0; at < served; at += batchSize, step++) {
      if (step < fromStep) continue;
      for (let r = 0; r < batchSize; r++) copyRow(batch, r, buffer, order[at + r]!);
      yield batch;
    }
    keepRows(buffer, order.subarray(served).sort());
    filled = capacity - served;
  }
}

async function nextRows(source: AsyncIterator<Matrix>, d: number): Promise<Matrix> {
  const { value, done } = await source.next();
  if (done) throw new RangeError("the stream of rows ended");
  assertCols(value, d, "mixed rows");
  return value;
}

/** Moves the rows at ascending `kept` to the front. */
function keepRows(buffer: Matrix, kept: Uint32Array): void {
  for (let r = 0; r < kept.length; r++) if (kept[r] !== r) copyRow(buffer, r, buffer, kept[r]!);
}

function copyRow(to: Matrix, r: number, from: Matrix, s: number): void {
  const { cols } = to;
  for (let j = 0; j < cols; j++) to.data[r * cols + j] = from.data[s * cols + j]!;
}

/** Rows of a block that satisfy `keep`. */
function selectRows({ acts }: RowBlock, keep: (r: number) => boolean): Matrix {
  const { rows, cols, data } = acts;
  const kept = new Float32Array(data.length);
  let n = 0;
  for (let r = 0; r < rows; r++) if (keep(r)) kept.set(data.subarray(r * cols, (r + 1) * cols), cols * n++);
  return { data: kept.subarray(0, n * cols), rows: n, cols };
}

/** Eligible rows of all blocks, in another random block order in every epoch. */
async function* endlessRows(store: ActivationStore, seed: number, held: ReadonlySet<number>): AsyncGenerator<Matrix> {
  const places = await store.places(BLOCK_ROWS);
  for (let epoch = 0; ; epoch++) {
    const rng: Rng = createRng(seed, "epoch", epoch);
    let found = 0;
    for (const place of rng.shuffle([...places])) {
      const block = await store.readBlock(place);
      const acts = selectRows(block, (r) => block.flags[r] === 0 && !held.has(block.example[r]!));
      found += acts.rows;
      if (acts.rows > 0) yield acts;
    }
    if (found === 0) throw new RangeError(`${store.folder} has no rows to train on`);
  }
}
