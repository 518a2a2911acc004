import { isHeldOut } from "@/lib/activations/split";
import { eachSample, type StoredSample } from "@/lib/datasets/data";
import { ImageCache } from "@/lib/datasets/image-cache";
import { promptFor } from "@/lib/datasets/prompts";
import type { Dataset } from "@/lib/db/generated/client";
import type { JobContext } from "@/lib/jobs/define";
import type { CeMeasure } from "@/lib/measure/schema";
import type { TapInput, VisionLanguageModel } from "@/lib/model/types";
import { measureCe } from "@/lib/sae/ce-recovered";
import type { Sae } from "@/lib/sae/sae";
import { siteMeans } from "@/lib/sae/site-means";
import { HELD_OUT } from "@/lib/training/held-out";
import { promptText } from "@/lib/training/tap-example";

type Reporting = Pick<JobContext, "signal" | "progress" | "blobs">;

/** Images kept decoded: a batch of the taps and some more. */
const IMAGES = 32;

/** Cross-entropy through an SAE on samples of a data set, drawn evenly from those that training did not see. */
export async function measureLanguage(
  { signal, progress, blobs }: Reporting,
  given: { model: VisionLanguageModel; site: string; sae: Sae; dataset: Dataset; trained: boolean },
  wanted: number,
): Promise<CeMeasure | null> {
  const { model, site, sae, dataset, trained } = given;
  const samples = await drawSamples(dataset.id, wanted, trained);
  if (samples.length === 0) return null;
  const images = new ImageCache(blobs, IMAGES);
  const examples = async function* (): AsyncGenerator<TapInput> {
    for (const sample of samples) {
      const { messages, raw, hasImage } = promptFor(sample);
      yield {
        messages,
        ...(raw === undefined ? {} : { raw }),
        ...(hasImage ? { image: await images.get(sample.sha) } : {}),
      };
    }
  };
  const total = samples.length;
  progress({ stage: "means", done: 0, message: `Reading the hidden states of ${total} samples.` });
  const mean = await siteMeans(model, site, examples, { signal });
  const report = await measureCe({
    ...{ model, site, sae, examples, mean, signal },
    onExample: (_, done) =>
      progress({ stage: "cross-entropy", done, total, message: "Running the model with the SAE in its way." }),
  });
  return { dataset: dataset.slug, heldOut: true, ...report };
}

/** Samples at even distances in the order of the data set; where it was trained on, of its held-out ones only. */
async function drawSamples(datasetId: string, wanted: number, trained: boolean): Promise<StoredSample[]> {
  const kept: StoredSample[] = [];
  for await (const sample of eachSample(datasetId)) {
    // What names an example in the store: its image, or what the model reads.
    const { messages, raw } = promptFor(sample);
    const id = sample.kind === "image" ? sample.sha : promptText(messages, raw);
    if (!trained || isHeldOut(id, HELD_OUT)) kept.push(sample);
  }
  const step = Math.max(1, kept.length / wanted);
  return Array.from({ length: Math.min(wanted, kept.length) }, (_, i) => kept[Math.floor(i * step)] as StoredSample);
}
