import type { ActivationStore, RowBlock } from "@/lib/activations/store";
import { createRng } from "@/lib/core/rng";
import type { Matrix } from "@/lib/tensor/matrix";

/** Rows that are encoded together; a held-out example alone is too small a batch. */
const BATCH_ROWS = 8192;

/** Which examples are held out: a seeded share, decided per image (or text), so that no picture is on both sides. */
export interface SplitRule {
  seed: number;
  share: number; // held out, 0 to 1
}

export function isHeldOut(id: string, { seed, share }: SplitRule): boolean {
  return createRng(seed, "held-out", id).float() < share;
}

/** Numbers of the held-out examples of a store. An example is known by its image, or else by its text. */
export async function heldOutExamples(store: ActivationStore, rule: SplitRule): Promise<Set<number>> {
  const out = new Set<number>();
  for await (const { example, image_id, prompt } of store.examples()) {
    if (isHeldOut(image_id ?? prompt, rule)) out.add(example);
  }
  return out;
}

/**
 * A repeatable pass over the held-out rows that carry no flag, with their kinds, for thresholds and figures. Reads those
 * rows only: they are a small share of the store.
 */
export async function heldOutRows(store: ActivationStore, rule: SplitRule) {
  const held = await heldOutExamples(store, rule);
  const places = await store.placesWhere(({ flags, example }, r) => flags[r] === 0 && held.has(example[r]!));
  return async function* () {
    let batch: RowBlock[] = [];
    let rows = 0;
    for (const place of places) {
      batch.push(await store.readBlock(place));
      rows += place.to - place.from;
      if (rows < BATCH_ROWS) continue;
      yield joined(batch, rows);
      batch = [];
      rows = 0;
    }
    if (rows > 0) yield joined(batch, rows);
  };
}

function joined(blocks: readonly RowBlock[], rows: number): { acts: Matrix; kinds: Uint8Array } {
  const cols = blocks[0]!.acts.cols;
  const acts = { data: new Float32Array(rows * cols), rows, cols };
  const kinds = new Uint8Array(rows);
  let at = 0;
  for (const block of blocks) {
    acts.data.set(block.acts.data, at * cols);
    kinds.set(block.kind, at);
    at += block.acts.rows;
  }
  return { acts, kinds };
}
