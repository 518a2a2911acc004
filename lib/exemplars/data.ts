import { db } from "@/lib/db/client";

/** A sample of the corpus, in the order of the corpus. */
export interface CorpusSample {
  id: number;
  ordinal: number;
  sha: string;
  kind: string;
}

/** All samples of a data set in order: 100 bytes each, so a million fit. */
export function listCorpus(datasetId: string): Promise<CorpusSample[]> {
  return db().sample.findMany({
    where: { datasetId },
    orderBy: { ordinal: "asc" },
    select: { id: true, ordinal: true, sha: true, kind: true },
  });
}
