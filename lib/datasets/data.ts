import { AppError } from "@/lib/core/errors";
import type { ImageTruth, TextTruth } from "@/lib/datasets/schema";
import { db } from "@/lib/db/client";
import type { Dataset, Sample } from "@/lib/db/generated/client";

/** A sample as the pipeline reads it, with its known truth typed. */
export type StoredSample = Omit<Sample, "truth"> & { truth: ImageTruth | TextTruth | null };

/** @throws AppError NOT_FOUND when there is no data set of that name. */
export async function getDataset(slug: string): Promise<Dataset> {
  const dataset = await db().dataset.findUnique({ where: { slug } });
  if (!dataset) throw new AppError("NOT_FOUND", `There is no data set "${slug}": ingest it first.`);
  return dataset;
}

export function findDataset(slug: string): Promise<Dataset | null> {
  return db().dataset.findUnique({ where: { slug } });
}

/** Samples in order of their ordinal, from `from` on. */
export async function listSamples(datasetId: string, from: number, take: number): Promise<StoredSample[]> {
  const where = { datasetId, ordinal: { gte: from } };
  return (await db().sample.findMany({ where, orderBy: { ordinal: "asc" }, take })) as unknown as StoredSample[];
}

/** All samples of a data set in order of their ordinal, read in pages. */
export async function* eachSample(datasetId: string, page = 500): AsyncGenerator<StoredSample> {
  for (let from = 0; ; ) {
    const samples = await listSamples(datasetId, from, page);
    yield* samples;
    if (samples.length < page) return;
    from = (samples[samples.length - 1] as StoredSample).ordinal + 1;
  }
}

export async function samplesById(ids: readonly number[]): Promise<Map<number, StoredSample>> {
  const rows = (await db().sample.findMany({ where: { id: { in: [...ids] } } })) as unknown as StoredSample[];
  return new Map(rows.map((row) => [row.id, row]));
}
