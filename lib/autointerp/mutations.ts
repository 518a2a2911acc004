import { explainJob, scoreJob } from "@/lib/autointerp/job";
import type {
  DetectionReceipt,
  ExplainParams,
  ExplanationCost,
  ExplanationStatus,
  IouReceipt,
  ScoreParams,
  Scorer,
  SelfEvidence,
} from "@/lib/autointerp/schema";
import { newId } from "@/lib/core/ids";
import { copyInto, inPgTransaction } from "@/lib/db/copy";
import type { Run } from "@/lib/db/generated/client";
import { type StartOptions, startRun } from "@/lib/jobs/start";

export function startExplain(params: ExplainParams, options?: StartOptions): Promise<Run> {
  return startRun(explainJob, params, options);
}

export function startScore(params: ScoreParams, options?: StartOptions): Promise<Run> {
  return startRun(scoreJob, params, options);
}

/** One attempt to explain a feature. */
export interface NewExplanation {
  index: number;
  status: ExplanationStatus;
  text: string | null;
  kind: string | null;
  reason: string | null;
  evidence: SelfEvidence;
  cost: ExplanationCost;
}

/**
 * Writes the explanations of some features by one explainer, replacing its earlier ones of the same prompt version, and
 * makes them the labels of features that no person has labelled.
 */
export async function writeExplanations(
  saeId: string,
  by: { explainer: string; explainerModel: string; promptVersion: string },
  list: readonly NewExplanation[],
): Promise<void> {
  if (list.length === 0) return;
  await inPgTransaction(async (client) => {
    const indices = list.map((e) => e.index);
    await client.query(
      `DELETE FROM explanations WHERE sae_id = $1 AND explainer = $2 AND prompt_version = $3 AND index = ANY($4)`,
      [saeId, by.explainer, by.promptVersion, indices],
    );
    const pinned = await client.query<{ index: number }>(
      "SELECT index FROM explanations WHERE sae_id = $1 AND is_label AND index = ANY($2)",
      [saeId, indices],
    );
    const taken = new Set(pinned.rows.map((row) => row.index));
    const free = list.filter((e) => !taken.has(e.index));
    await copyInto(
      client,
      "explanations",
      list.map(({ index, status, text, reason, evidence, cost }) => ({
        id: newId("explanation"),
        saeId,
        index,
        text,
        status,
        reason,
        ...by,
        evidence,
        cost,
        isLabel: status === "explained" && !taken.has(index),
        createdAt: new Date(),
      })),
    );
    await client.query(
      `UPDATE features AS f SET status = e.status, label = e.label, kind = e.kind, version = version + 1,
         detection = NULL, localisation = NULL, cross_modal = NULL
       FROM unnest($2::int[], $3::text[], $4::text[], $5::text[]) AS e(index, status, label, kind)
       WHERE f.sae_id = $1 AND f.index = e.index`,
      [saeId, free.map((e) => e.index), free.map((e) => e.status), free.map((e) => e.text), free.map((e) => e.kind)],
    );
    await client.query("SELECT fovea_note_words($1)", [list.flatMap((e) => e.text ?? [])]);
    await client.query(
      "UPDATE saes SET n_explained = (SELECT count(*) FROM features WHERE sae_id = $1 AND status = 'explained') WHERE id = $1",
      [saeId],
    );
  });
}

/** One score of one explanation. */
export interface NewScore {
  explanationId: string;
  index: number;
  value: number;
  lo: number | null;
  hi: number | null;
  control: number | null;
  n: number;
  nMissing: number;
  receipts: (DetectionReceipt | IouReceipt)[];
  /** Detection only: the lower of the balanced accuracies on images and on texts. */
  crossModal?: number | null;
}

const COLUMN: Record<Scorer, string> = { detection: "detection", iou: "localisation" };

/** Writes scores of one scorer, replacing earlier ones, and copies the values to the features. */
export async function writeScores(saeId: string, scorer: Scorer, list: readonly NewScore[]): Promise<void> {
  if (list.length === 0) return;
  await inPgTransaction(async (client) => {
    await client.query("DELETE FROM scores WHERE scorer = $1 AND explanation_id = ANY($2)", [
      scorer,
      list.map((s) => s.explanationId),
    ]);
    await copyInto(
      client,
      "scores",
      list.map(({ crossModal: _, ...score }) => ({
        id: newId("score"),
        saeId,
        scorer,
        ...score,
        createdAt: new Date(),
      })),
    );
    await client.query(
      `UPDATE features AS f SET ${COLUMN[scorer]} = s.value, version = version + 1
         ${scorer === "detection" ? ", cross_modal = s.crossed" : ""}
       FROM unnest($2::int[], $3::real[], $4::real[]) AS s(index, value, crossed)
       WHERE f.sae_id = $1 AND f.index = s.index`,
      [saeId, list.map((s) => s.index), list.map((s) => s.value), list.map((s) => s.crossModal ?? null)],
    );
  });
}
