import { openStoreWriter } from "@/lib/activations/writer";
import { hashOf, sha256 } from "@/lib/core/hash";
import { PROMPT_PROTOCOL, promptFor } from "@/lib/datasets/prompts";
import type { TapInput, VisionLanguageModel } from "@/lib/model/types";
import { cacheManifest } from "@/lib/training/cache";
import { exampleOf, promptText } from "@/lib/training/tap-example";
import type { Atlas } from "@/lib/world/atlas";
import { makeScene } from "@/lib/world/scene";
import { makeText } from "@/lib/world/texts";

export interface WorldTap {
  model: VisionLanguageModel;
  atlas: Atlas;
  site: string;
  /** Folder of the activation stores. */
  root: string;
}

/** Scenes tapped together. */
const PAGE = 128;

/** What the model reads for scene or text number `ordinal`: the same protocol as the product's cache job. */
function sampleAt(atlas: Atlas, seed: number, ordinal: number, isText: boolean): TapInput & { image_id: string | null } {
  if (isText) {
    const { turns } = makeText(seed);
    const { messages } = promptFor({ kind: "text", ordinal, text: null, truth: { seed, turns } });
    return { messages, image_id: null };
  }
  const scene = makeScene(atlas, seed);
  const truth = { ...scene, split: "train" } as never;
  const { messages } = promptFor({ kind: "image", ordinal, text: null, truth });
  const image = { width: scene.width, height: scene.height, data: scene.pixels };
  return { messages, image, image_id: sha256(scene.pixels) };
}

/**
 * Streams scenes and texts of the world through the model into an activation store; one text for every few scenes, mixed
 * evenly. Nothing but one page is in memory. Returns the store's folder.
 */
export async function cacheWorld(
  { model, atlas, site, root }: WorldTap,
  { from, scenes, texts }: { from: number; scenes: number; texts: number },
  report: (done: number, total: number, perSecond: number) => void,
): Promise<string> {
  // A vision tower reads no texts.
  const total = scenes + (site.startsWith("vision.") ? 0 : texts);
  const dataset = { slug: `world-train-${from}-${scenes}-${texts}`, hash: hashOf({ world: "train", from, scenes, texts }) };
  const manifest = cacheManifest(model, site, model.siteWidth(site), dataset, PROMPT_PROTOCOL);
  const writer = await openStoreWriter(root, manifest);
  const started = Date.now();
  const first = writer.nextExample;
  const every = total / Math.max(1, total - scenes);
  const isText = (i: number) => total > scenes && Math.floor((i + 1) / every) > Math.floor(i / every);
  for (let at = first; at < total && !writer.complete; at += PAGE) {
    const ordinals = Array.from({ length: Math.min(PAGE, total - at) }, (_, i) => at + i);
    const inputs = ordinals.map((i) => sampleAt(atlas, from + i, i, isText(i)));
    const taps = await model.tap(inputs, site);
    for (const [i, tap] of taps.entries()) {
      const { image, image_id, messages } = inputs[i] as (typeof inputs)[number];
      const sample = { ordinal: ordinals[i] as number, imageSha: image_id, prompt: promptText(messages) };
      await writer.add(exampleOf(sample, tap, image ? model.geometryFor(image) : null));
    }
    const done = at + ordinals.length;
    if (done % (PAGE * 8) < PAGE || done === total) report(done, total, Math.round((done - first) / ((Date.now() - started) / 1000)));
  }
  await writer.close();
  return writer.folder;
}
