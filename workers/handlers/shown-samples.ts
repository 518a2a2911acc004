import type { ExplainContext, ShownSample } from "@/lib/autointerp/explainers/explainer";
import type { GridPlace } from "@/lib/autointerp/region";
import { AppError } from "@/lib/core/errors";
import { samplesById } from "@/lib/datasets/data";
import { ImageCache } from "@/lib/datasets/image-cache";
import type { JobContext } from "@/lib/jobs/define";

/** Samples whose facts are kept. */
const KEPT = 4096;

/** Reads of one turn of the event loop become one query. */
function together<T>(
  readAll: (ids: readonly number[]) => Promise<Map<number, T>>,
): (id: number) => Promise<T | undefined> {
  let next: { ids: number[]; rows: Promise<Map<number, T>> } | null = null;
  return async (id) => {
    if (!next) {
      const ids: number[] = [];
      const rows = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        next = null;
        return readAll(ids);
      });
      next = { ids, rows };
    }
    next.ids.push(id);
    return (await next.rows).get(id);
  };
}

/** Samples as explainers see them; facts are read once, images decoded when they are asked for. */
export function shownSamples(
  ctx: Pick<JobContext, "blobs" | "signal">,
  placeOf: (image: { width: number; height: number }) => GridPlace,
): ExplainContext {
  const images = new ImageCache(ctx.blobs);
  const known = new Map<number, Promise<ShownSample>>();
  const readTogether = together(samplesById);
  const read = async (id: number): Promise<ShownSample> => {
    const sample = await readTogether(id);
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
