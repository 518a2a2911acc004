import { setTimeout as sleep } from "node:timers/promises";
import { drain } from "@/lib/model/drain";
import { type Borrowed, Kept } from "@/lib/model/kept";
import { openLanguageModel } from "@/lib/model/open";
import type { VisionLanguageModel } from "@/lib/model/types";
import type { Sae } from "@/lib/sae/sae";
import { loadSae } from "@/lib/sae/sparsify";
import { steer } from "@/lib/sae/steer";

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

/** A model with SAEs of it, as rows. */
export interface Warmed {
  model: Parameters<typeof borrowModel>[0];
  saes: readonly { hash: string; checkpoint: string; site: string }[];
}

/**
 * Opens a model as soon as there is one and steers it once by each of its SAEs, so that nobody's first click waits for files and
 * graphs.
 * @param find the model that is likeliest to be asked, if there is one yet.
 */
export async function warmUp(find: () => Promise<Warmed | null>, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const found = await find().catch(() => null);
    if (found) {
      const { value: model, release } = await borrowModel(found.model);
      try {
        for (const { hash, checkpoint, site } of found.saes) {
          const sae = await warmSae(hash, checkpoint);
          const edits = [steer(site, [{ sae, feature: 0, method: "clamp", strength: 0 }])];
          const messages = [{ role: "user" as const, content: "hello" }];
          await drain(model.generateVersions({ messages, versions: [{ edits: [] }, { edits }], maxTokens: 1, signal }));
        }
      } finally {
        await release();
      }
      // SAEs come after their model.
      if (found.saes.length > 0) return;
    }
    await sleep(RETRY_MS, undefined, { signal }).catch(() => {});
  }
}

const RETRY_MS = 3000;
