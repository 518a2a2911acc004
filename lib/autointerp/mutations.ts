import type { z } from "zod";
import { explainJob, scoreJob } from "@/lib/autointerp/job";
import type {
  ConceptKind,
  ExplanationCost,
  ExplanationEvidence,
  ExplanationStatus,
  Scorer,
  StoredReceipt,
} from "@/lib/autointerp/schema";
import { newId } from "@/lib/core/ids";
import { copyInto, inPgTransaction } from "@/lib/db/copy";
import type { Run } from "@/lib/db/generated/client";
import { type StartOptions, startRun } from "@/lib/jobs/start";
import { settleLabels } from "./label/mutations";

export function startExplain(params: z.input<typeof explainJob.schema>, options?: StartOptions): Promise<Run> {
  return startRun(explainJob, params, options);
}

export function startScore(params: z.input<typeof scoreJob.schema>, options?: StartOptions): Promise<Run> {
  return startRun(scoreJob, params, options);
}

/** One attempt to explain a feature. */
export interface NewExplanation {
  index: number;
  status: ExplanationStatus;
  text: string | null;
  kind: ConceptKind | null;
  reason: string | null;
  /** What the text means, in a sentence; explainers that only name it give none. */
  sentence?: string | null;
  /** How sure the explainer says it is, 0 to 1. */
  confidence?: number | null;
  /** The text in other languages, by their codes. */
  translations?: Record<string, string> | null;
  evidence: ExplanationEvidence;
  cost: ExplanationCost;
}

/**
 * Writes the explanations of some features by one explainer, replacing its earlier ones of the same model and prompt version; the
 * rule of labels then decides what the features show.
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
      `DELETE FROM explanations WHERE sae_id = $1 AND explainer = $2 AND explainer_model = $3 AND prompt_version = $4
        AND index = ANY($5)`,
      [saeId, by.explainer, by.explainerModel, by.promptVersion, indices],
    );
    await copyInto(
      client,
      "explanations",
      list.map(({ sentence = null, confidence = null, translations = null, ...explanation }) => ({
        id: newId("explanation"),
        saeId,
        ...{ ...explanation, sentence, confidence, translations },
        ...by,
        isLabel: false,
        createdAt: new Date(),
      })),
    );
    await settleLabels(client, saeId, indices);
    await client.query("SELECT fovea_note_words($1)", [list.flatMap((e) => e.text ?? [])]);
  });
}

/** One score of one explanation; of the feature alone when explanationId is null. */
export interface NewScore {
  explanationId: string | null;
  index: number;
  value: number;
  lo: number | null;
  hi: number | null;
  control: number | null;
  n: number;
  nMissing: number;
  receipts: StoredReceipt[];
  /** Detection only: the lower of the balanced accuracies on images and on texts. */
  crossModal?: number | null;
}

/** Writes scores of one scorer, replacing earlier ones, and shows them on the features. */
export async function writeScores(saeId: string, scorer: Scorer, list: readonly NewScore[]): Promise<void> {
  if (list.length === 0) return;
  await inPgTransaction(async (client) => {
    await client.query(
      `DELETE FROM scores WHERE scorer = $1 AND (explanation_id = ANY($2) OR explanation_id IS NULL AND sae_id = $3 AND index = ANY($4))`,
      [
        scorer,
        list.map((s) => s.explanationId).filter((id) => id !== null),
        saeId,
        list.filter((s) => s.explanationId === null).map((s) => s.index),
      ],
    );
    await copyInto(
      client,
      "scores",
      list.map(({ crossModal = null, ...score }) => ({
        id: newId("score"),
        saeId,
        scorer,
        ...score,
        crossModal,
        createdAt: new Date(),
      })),
    );
    await settleLabels(
      client,
      saeId,
      list.map((s) => s.index),
    );
  });
}
