import type { ExampleRows } from "@/lib/activations/writer";
import type { StoredSample } from "@/lib/datasets/data";
import type { ImageCache } from "@/lib/datasets/image-cache";
import { promptFor } from "@/lib/datasets/prompts";
import type { Tap, VisionLanguageModel } from "@/lib/model/types";
import { exampleOf, promptText } from "@/lib/training/tap-example";

/** Hidden states of some samples at a site, as a store holds them. */
export async function tapSamples(
  model: VisionLanguageModel,
  site: string,
  samples: readonly StoredSample[],
  images: ImageCache,
  signal: AbortSignal,
): Promise<ExampleRows[]> {
  // The vision tower sees no texts.
  const used = site.startsWith("vision.") ? samples.filter((s) => s.kind === "image") : samples;
  const inputs = await Promise.all(
    used.map(async (sample) => {
      const { messages, raw, hasImage } = promptFor(sample);
      return { messages, raw, image: hasImage ? await images.get(sample.sha) : undefined };
    }),
  );
  const taps = await model.tap(inputs, site, { signal });
  return used.map((sample, i) => {
    const { messages, raw } = inputs[i] as (typeof inputs)[number];
    const image = sample.kind === "image";
    const geometry = image ? model.geometryFor({ width: sample.width ?? 1, height: sample.height ?? 1 }) : null;
    const tapped = { ordinal: sample.ordinal, imageSha: image ? sample.sha : null, prompt: promptText(messages, raw) };
    return exampleOf(tapped, taps[i] as Tap, geometry);
  });
}
