import { db } from "@/lib/db/client";
import type { FactsOfSample } from "@/lib/exemplars/corpus-facts";

/** A sample of the corpus, in the order of the corpus. */
export interface CorpusSample {
  id: number;
  ordinal: number;
  sha: string;
  kind: string;
  /** Of lib/media/perceptual-hash.ts; null when the sample has none. */
  phash: string | null;
}

/** All samples of a data set in order: 200 bytes each, so a million fit. */
export function listCorpus(datasetId: string): Promise<CorpusSample[]> {
  return db().sample.findMany({
    where: { datasetId },
    orderBy: { ordinal: "asc" },
    select: { id: true, ordinal: true, sha: true, kind: true, phash: true },
  });
}

/** What a sample shows, as far as it decides its facets. */
export interface ShownFacts extends FactsOfSample {
  sha: string;
  style: string | null;
  /** Ids of the written words in its mask. */
  signs: number[];
}

/**
 * Captions, tags, sources and written words of a data set, in the order of the corpus, read in pages. The source of an image
 * is its style where that is known, else its first tag, which for a folder of images is the folder.
 */
export async function* eachFacts(datasetId: string, page = 2000): AsyncGenerator<ShownFacts> {
  type Row = Omit<ShownFacts, "source" | "signs" | "isImage"> & {
    ordinal: number;
    kind: string;
    signs: number[] | null;
  };
  for (let from = 0; ; ) {
    const rows = await db().$queryRaw<Row[]>`
      SELECT ordinal, sha, kind, coalesce(caption, text, '') AS words, tags, truth->>'style' AS style,
        (SELECT array_agg((o->>'id')::int) FROM jsonb_array_elements(truth->'objects') AS o
          WHERE o->>'kind' IN ('word', 'country')) AS signs
      FROM samples WHERE dataset_id = ${datasetId} AND ordinal >= ${from} ORDER BY ordinal LIMIT ${page}`;
    for (const { ordinal, kind, signs, ...row } of rows) {
      const isImage = kind === "image";
      const source = isImage ? (row.style ?? row.tags[0] ?? null) : null;
      yield { ...row, isImage, signs: signs ?? [], source };
      from = ordinal + 1;
    }
    if (rows.length < page) return;
  }
}
