import { sha256 } from "@/lib/core/hash";
import type { RgbImage } from "@/lib/media/image";
import type { AtSite, Chain } from "@/lib/model/chain";
import type { ImageReader } from "@/lib/model/images/reader";
import type { PlacedImage, Prompt } from "@/lib/model/prompt";
import { floatsOf, floatTensor, int64Tensor, type Session, type Tensor } from "@/lib/model/session";

/** Image embeddings kept for repeated questions on one image (200 kB each for 196 tokens of width 256). */
const KEEP_IMAGES = 64;

/** Images per run of the tower: more does not run faster, and attention maps grow with it. */
const TOWER_BATCH = 16;

/** The vision part of a model. */
export interface Vision {
  chain: Chain;
  reader: ImageReader;
}

/** Turns prompts into decoder inputs: word embeddings with image features in the places of the image tokens. */
export class Embedder {
  private readonly features = new Map<string, Float32Array>();

  /** @param words absent when the decoder takes ids. */
  constructor(
    private readonly words: Session | undefined,
    private readonly vision: Vision | undefined,
    readonly dModel: number,
  ) {}

  /** The same words behind another vision part, such as one whose hidden states are changed; it has no memory of images. */
  withVision(chain: Chain): Embedder {
    return new Embedder(this.words, this.vision && { ...this.vision, chain }, this.dModel);
  }

  /**
   * Decoder inputs for prompts of one length, from position `from` (inclusive) to `to` (exclusive):
   * `inputs_embeds` [prompts, tokens, dModel] or `input_ids` [prompts, tokens].
   */
  async embed(
    prompts: readonly Prompt[],
    {
      from = 0,
      to = prompts[0]?.ids.length ?? 0,
      atSite,
    }: { from?: number; to?: number; atSite?: AtSite | undefined } = {},
  ): Promise<Record<string, Tensor>> {
    const tokens = to - from;
    const ids = int64Tensor(
      prompts.flatMap((prompt) => prompt.ids.slice(from, to)),
      [prompts.length, tokens],
    );
    if (!this.words) return { input_ids: ids };
    const { inputs_embeds: found } = await this.words.run({ input_ids: ids });
    const out = floatsOf(found as Tensor);
    const images = await this.imageFeatures(
      prompts.flatMap((p) => (p.image && p.imageEnd > from ? [p.image] : [])),
      atSite,
    );
    prompts.forEach((prompt, i) => {
      const features = prompt.image && images.get(prompt.image.pixels);
      if (features)
        this.place(out.subarray(i * tokens * this.dModel, (i + 1) * tokens * this.dModel), features, prompt, from, to);
    });
    return { inputs_embeds: floatTensor(out, [prompts.length, tokens, this.dModel]) };
  }

  private place(out: Float32Array, features: Float32Array, prompt: Prompt, from: number, to: number): void {
    const d = this.dModel;
    let row = 0;
    prompt.image?.layout.tokens.forEach(({ feature }, i) => {
      if (!feature) return;
      const at = prompt.imageStart + i;
      if (at >= from && at < to) out.set(features.subarray(row * d, (row + 1) * d), (at - from) * d);
      row++;
    });
  }

  /** Features [feature tokens, dModel] of each image, each distinct picture computed once. */
  private async imageFeatures(
    images: readonly PlacedImage[],
    atSite: AtSite | undefined,
  ): Promise<Map<RgbImage, Float32Array>> {
    const keys = new Map<RgbImage, string>();
    for (const { pixels } of images) if (!keys.has(pixels)) keys.set(pixels, imageKey(pixels));
    const missing = new Map<string, RgbImage>();
    for (const [image, key] of keys) if (atSite || !this.features.has(key)) missing.set(key, image);
    const fresh = await this.runTower([...missing.values()], atSite);
    const byKey = new Map([...missing.keys()].map((key, i) => [key, fresh[i] as Float32Array]));
    const result = new Map([...keys].map(([image, key]) => [image, (byKey.get(key) ?? this.features.get(key))!]));
    if (atSite) return result;
    for (const [key, value] of byKey) {
      this.features.set(key, value);
      if (this.features.size > KEEP_IMAGES) this.features.delete(this.features.keys().next().value as string);
    }
    return result;
  }

  private async runTower(images: readonly RgbImage[], atSite: AtSite | undefined): Promise<Float32Array[]> {
    if (!this.vision) return [];
    const { chain, reader } = this.vision;
    const out: Float32Array[] = [];
    const batch = reader.batch === "any" ? TOWER_BATCH : 1;
    for (let at = 0; at < images.length; at += batch) {
      const chunk = images.slice(at, at + batch);
      out.push(...reader.features(await chain.run(reader.feeds(chunk), atSite), chunk));
    }
    return out;
  }
}

/** Equal pixels give equal keys. */
export function imageKey(image: RgbImage): string {
  return `${image.width}x${image.height}:${sha256(image.data)}`;
}
