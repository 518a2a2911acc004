import type { ExplainContext, ShownSample } from "@/lib/autointerp/explainers/explainer";
import type { GridPlace } from "@/lib/autointerp/region";
import { AppError } from "@/lib/core/errors";
import { samplesById } from "@/lib/datasets/data";
import { ImageCache } from "@/lib/datasets/image-cache";
import type { JobContext } from "@/lib/jobs/define";

/** Samples whose facts are kept. */
const KEPT = 4096;

/** Samples as explainers see them; facts are read once, images decoded when they are asked for. */
export function shownSamples(
  ctx: Pick<JobContext, "blobs" | "signal">,
  placeOf: (image: { width: number; height: number }) => GridPlace,
): ExplainContext {
  const images = new ImageCache(ctx.blobs);
  const known = new Map<number, Promise<ShownSample>>();
  const read = async (id: number): Promise<ShownSample> => {
    const sample = (await samplesById([id])).get(id);
    if (!sample) throw new AppError("SAMPLE_REMOVED", `Sample ${id} is gone: collect the exemplars again.`);
    return {
      caption: sample.caption,
      tags: sample.tags,
      image: async () => {
        const pixels = await images.get(sample.sha);
        return { pixels, place: placeOf(pixels) };
      },
    };
  };
  return {
    signal: ctx.signal,
    sample: (id) => {
      const one = known.get(id) ?? read(id);
      known.set(id, one);
      if (known.size > KEPT) known.delete(known.keys().next().value as number);
      return one;
    },
  };
}
