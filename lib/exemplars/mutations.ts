import { settleLabels } from "@/lib/autointerp/label/mutations";
import { copyInto, inPgTransaction } from "@/lib/db/copy";
import type { Run } from "@/lib/db/generated/client";
import { collectJob } from "@/lib/exemplars/job";
import type { EvidenceN } from "@/lib/exemplars/schema";
import { type StartOptions, startRun } from "@/lib/jobs/start";

export function startCollect(params: { saeId: string; dataset: string }, options?: StartOptions): Promise<Run> {
  return startRun(collectJob, params, options);
}

/** Rows of some features and of their exemplars. */
export interface EvidenceSlice {
  features: Iterable<object>;
  exemplars: Iterable<object>;
}

/**
 * Replaces everything collected for an SAE in one transaction: readers see the old evidence or the new, never a mixture.
 * Explanations and scores of the old evidence go with it; those that a person wrote stay.
 */
export async function replaceEvidence(
  saeId: string,
  about: { datasetId: string; evidence: string; evidenceN: EvidenceN; nLive: number },
  slices: AsyncIterable<EvidenceSlice>,
): Promise<void> {
  await inPgTransaction(async (client) => {
    await client.query("DELETE FROM exemplars WHERE sae_id = $1", [saeId]);
    await client.query("DELETE FROM features WHERE sae_id = $1", [saeId]);
    await client.query("DELETE FROM explanations WHERE sae_id = $1 AND explainer <> 'human'", [saeId]);
    for await (const { features, exemplars } of slices) {
      await copyInto(client, "features", features);
      await copyInto(client, "exemplars", exemplars);
    }
    // What a person wrote survives new evidence; how well it did on the old one does not.
    await client.query("DELETE FROM scores WHERE sae_id = $1", [saeId]);
    await client.query("DELETE FROM blind_answers WHERE sae_id = $1", [saeId]);
    const written = await client.query<{ index: number }>("SELECT index FROM explanations WHERE sae_id = $1", [saeId]);
    await settleLabels(
      client,
      saeId,
      written.rows.map((row) => row.index),
    );
    await client.query(
      `SELECT fovea_note_words(array_agg("search_text")) FROM (SELECT DISTINCT "search_text" FROM "features" WHERE sae_id = $1) t`,
      [saeId],
    );
    await client.query(
      `UPDATE saes SET dataset_id = $2, evidence = $3, evidence_n = $4, n_live = $5, status = 'collected', map = NULL,
         n_explained = (SELECT count(*) FROM features WHERE sae_id = $1 AND status = 'explained') WHERE id = $1`,
      [saeId, about.datasetId, about.evidence, JSON.stringify(about.evidenceN), about.nLive],
    );
  });
}
