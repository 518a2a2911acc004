import { newId } from "@/lib/core/ids";
import { ingestJob } from "@/lib/datasets/job";
import type { IngestParams, NewSample } from "@/lib/datasets/schema";
import { db } from "@/lib/db/client";
import { copyInto, inPgTransaction } from "@/lib/db/copy";
import type { Dataset, Run } from "@/lib/db/generated/client";
import { json } from "@/lib/db/json";
import { type StartOptions, startRun } from "@/lib/jobs/start";

/** Starts an ingest run. */
export function startIngest(params: IngestParams, options?: StartOptions): Promise<Run> {
  return startRun(ingestJob, params, options);
}

/** Creates the data set, or empties it when it was made from another configuration. Counts stay 0 until it is whole. */
export async function openDataset(
  slug: string,
  about: { title: string; licence: string; source: string; hash: string; config: unknown },
): Promise<Dataset> {
  const known = await db().dataset.findUnique({ where: { slug } });
  if (known?.hash === about.hash) return known;
  const data = { ...about, config: json(about.config), tags: {}, nImages: 0, nTexts: 0 };
  if (!known) return db().dataset.create({ data: { id: newId("dataset"), slug, ...data } });
  await db().sample.deleteMany({ where: { datasetId: known.id } });
  return db().dataset.update({ where: { id: known.id }, data });
}

/** Writes the samples of ordinals [from, to), replacing what an interrupted attempt left there. */
export async function writeSamples(datasetId: string, from: number, to: number, samples: NewSample[]): Promise<void> {
  await inPgTransaction(async (client) => {
    const range = [datasetId, from, to];
    await client.query("DELETE FROM samples WHERE dataset_id = $1 AND ordinal >= $2 AND ordinal < $3", range);
    await copyInto(
      client,
      "samples",
      samples.map((sample) => ({ datasetId, ...sample })),
    );
  });
}

/** Counts images, texts and tags: from now on the data set is whole. */
export async function closeDataset(datasetId: string): Promise<Dataset> {
  const tags = await db().$queryRaw<{ tag: string; n: bigint }[]>`
    SELECT tag, count(*) AS n FROM samples, unnest(tags) AS tag WHERE dataset_id = ${datasetId} GROUP BY tag`;
  const counts = await db().sample.groupBy({ by: ["kind"], where: { datasetId }, _count: true });
  const count = (kind: string) => counts.find((c) => c.kind === kind)?._count ?? 0;
  return db().dataset.update({
    where: { id: datasetId },
    data: {
      nImages: count("image"),
      nTexts: count("text"),
      tags: json(Object.fromEntries(tags.map(({ tag, n }) => [tag, Number(n)]))),
    },
  });
}

/** Removes a data set that was never finished; one that is whole stays. */
export async function dropUnfinishedDataset(slug: string): Promise<void> {
  await db().dataset.deleteMany({ where: { slug, nImages: 0, nTexts: 0 } });
}
