import { AppError } from "@/lib/core/errors";
import { sha256 } from "@/lib/core/hash";
import type { RgbImage } from "@/lib/media/image";
import type { Preprocessor } from "@/lib/model/preprocess";
import type { Prompt } from "@/lib/model/prompt";
import { floatTensor, int64Tensor, type Session } from "@/lib/model/session";

/** Image embeddings kept for repeated questions on one image (200 kB each for 196 tokens of width 256). */
const KEEP_IMAGES = 64;

/** Images per run of the tower: more does not run faster, and attention maps grow with it. */
const TOWER_BATCH = 16;

/** Turns prompts into decoder inputs: word embeddings with image features in the places of the image tokens. */
export class Embedder {
  private readonly features = new Map<string, Float32Array>();

  constructor(
    private readonly vision: Session,
    private readonly words: Session,
    readonly preprocessor: Preprocessor,
    readonly dModel: number,
  ) {}

  /** Embeddings [prompts, tokens, dModel] of prompts of one length, from position `from` (inclusive) to `to` (exclusive). */
  async embed(prompts: readonly Prompt[], from = 0, to = prompts[0]?.ids.length ?? 0): Promise<Float32Array> {
    const tokens = to - from;
    const ids = prompts.flatMap((prompt) => prompt.ids.slice(from, to));
    const { inputs_embeds } = await this.words.run({ input_ids: int64Tensor(ids, [prompts.length, tokens]) });
    const out = inputs_embeds?.data as Float32Array;
    const images = await this.imageFeatures(prompts.flatMap((p) => (p.image && p.imageEnd > from ? [p.image] : [])));
    prompts.forEach((prompt, i) => {
      const features = prompt.image && images.get(prompt.image);
      if (!features) return;
      const first = Math.max(prompt.imageStart, from);
      const last = Math.min(prompt.imageEnd, to);
      const part = features.subarray(
        (first - prompt.imageStart) * this.dModel,
        (last - prompt.imageStart) * this.dModel,
      );
      out.set(part, (i * tokens + first - from) * this.dModel);
    });
    return out;
  }

  /** Features [cells, dModel] of each image, each distinct picture computed once. */
  private async imageFeatures(images: readonly RgbImage[]): Promise<Map<RgbImage, Float32Array>> {
    const keys = new Map<RgbImage, string>();
    for (const image of images) if (!keys.has(image)) keys.set(image, imageKey(image));
    const missing = new Map<string, RgbImage>();
    for (const [image, key] of keys) if (!this.features.has(key)) missing.set(key, image);
    const fresh = await this.runTower(missing);
    const result = new Map([...keys].map(([image, key]) => [image, (fresh.get(key) ?? this.features.get(key))!]));
    for (const [key, value] of fresh) {
      this.features.set(key, value);
      if (this.features.size > KEEP_IMAGES) this.features.delete(this.features.keys().next().value as string);
    }
    return result;
  }

  private async runTower(images: ReadonlyMap<string, RgbImage>): Promise<Map<string, Float32Array>> {
    const all = [...images];
    const out = new Map<string, Float32Array>();
    for (let at = 0; at < all.length; at += TOWER_BATCH) {
      const chunk = all.slice(at, at + TOWER_BATCH);
      const { image_features } = await this.vision.run({ pixel_values: this.pixels(chunk.map(([, image]) => image)) });
      const values = image_features?.data as Float32Array;
      const size = this.preprocessor.rows * this.preprocessor.cols * this.dModel;
      if (values.length !== chunk.length * size) {
        throw new AppError(
          "MODEL_UNREADABLE",
          `The vision tower gives ${values.length / chunk.length / this.dModel} tokens an image where its patches make ${size / this.dModel}: check preprocessor_config.json.`,
        );
      }
      chunk.forEach(([key], i) => {
        out.set(key, values.slice(i * size, (i + 1) * size));
      });
    }
    return out;
  }

  /** Tower input [images, 3, height, width]. */
  pixels(images: readonly RgbImage[]) {
    const { width, height } = this.preprocessor;
    const size = 3 * width * height;
    const out = new Float32Array(images.length * size);
    images.forEach((image, i) => {
      this.preprocessor.pixelsInto(out, i * size, image);
    });
    return floatTensor(out, [images.length, 3, height, width]);
  }
}

/** Equal pixels give equal keys. */
export function imageKey(image: RgbImage): string {
  return `${image.width}x${image.height}:${sha256(image.data)}`;
}
