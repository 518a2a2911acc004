import { setTimeout as sleep } from "node:timers/promises";
import { type Borrowed, Kept } from "@/lib/model/kept";
import { openLanguageModel } from "@/lib/model/open";
import type { VisionLanguageModel } from "@/lib/model/types";
import type { Sae } from "@/lib/sae/sae";
import { loadSae } from "@/lib/sae/sparsify";

// What stays loaded between runs of lane interactive, so that a click does not wait for files.
const models = new Kept<VisionLanguageModel>((model) => model.dispose(), 2);
const saes = new Kept<Sae>(async () => {}, 4);

const hashes = new WeakMap<Sae, string>();

/** A registered model, open; release it when the run is over. @throws AppError as `openLanguageModel`. */
export function borrowModel(row: {
  hash: string;
  location: string;
  slug: string;
}): Promise<Borrowed<VisionLanguageModel>> {
  return models.borrow(row.hash, () => openLanguageModel(row.location, { slug: row.slug }));
}

/** The SAE of a checkpoint folder. @throws AppError as `loadSae`. */
export async function warmSae(hash: string, checkpoint: string): Promise<Sae> {
  const { value, release } = await saes.borrow(hash, () => loadSae(checkpoint));
  await release();
  hashes.set(value, hash);
  return value;
}

/** Hash of the checkpoint that an SAE came from. */
export function warmHash(sae: Sae): string | undefined {
  return hashes.get(sae);
}

/**
 * Opens the first model that can answer, as soon as there is one, so that nobody's first click waits for its files.
 * @param find the row of that model, if there is one yet.
 */
export async function warmUp(
  find: () => Promise<Parameters<typeof borrowModel>[0] | null>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const row = await find().catch(() => null);
    if (row) {
      const { release } = await borrowModel(row);
      await release();
      return;
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

const RETRY_MS = 3000;
