import { type ActivationStore, selectRows } from "@/lib/activations/store";
import { createRng } from "@/lib/core/rng";

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

/** A repeatable pass over the held-out rows that carry no flag, with their kinds, for thresholds and figures. */
export async function heldOutRows(store: ActivationStore, rule: SplitRule) {
  const held = await heldOutExamples(store, rule);
  return async function* () {
    for await (const block of store.blocks()) {
      const rows = selectRows(block, (r) => block.flags[r] === 0 && held.has(block.example[r]!));
      if (rows.acts.rows > 0) yield rows;
    }
  };
}
