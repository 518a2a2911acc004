import "server-only";
import { orNotFound } from "@/lib/core/page";
import { getRunResult } from "@/lib/runs/data";
import type { Run } from "@/lib/runs/schema";
import { listModels } from "@/lib/saes/data";
import { getSample, imageSize, listRecentImages } from "@/lib/samples/data";
import type { Sample } from "@/lib/samples/schema";
import type { InspectParams, InspectResult } from "./schema";
import type { InspectDeskData, InspectRunData } from "./types";

const SAMPLES = 12;

/** The desk: models to look through, images to start from, the size of the image that is already chosen. */
export async function loadInspectDesk(image: string | null): Promise<InspectDeskData> {
  const [models, samples, size] = await Promise.all([listModels(), listRecentImages(SAMPLES), imageSize(image)]);
  return {
    models: models.filter(({ kind, saes }) => kind !== "vision" && saes.length > 0),
    samples: samples.map(({ sha, width, height, alt }) => ({ sha, width, height, alt })),
    image: size && { ...size, alt: "what is looked at" },
  };
}

/** The page of a stored image, by its hash or a prefix of it; a text has none. */
export async function loadImagePage(prefix: string): Promise<{ sample: Sample; desk: InspectDeskData }> {
  const sample = await orNotFound(getSample(/^[0-9a-f]{12,64}$/.test(prefix) ? prefix : "-"));
  const desk = await loadInspectDesk(sample.sha);
  return { sample, desk: { ...desk, image: sample.image && { ...sample.image } } };
}

/** The permanent page of a run of kind `inspect`. */
export async function loadInspectRun(run: Run): Promise<InspectRunData> {
  const desk = await loadInspectDesk((run.params as InspectParams).image);
  return { ...desk, result: run.state === "done" ? ((await getRunResult(run.id)) as InspectResult) : null };
}
