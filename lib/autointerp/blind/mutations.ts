import { newId } from "@/lib/core/ids";
import { inPgTransaction } from "@/lib/db/copy";
import { exemplarOn } from "@/lib/features/data";
import { wilson } from "@/lib/tensor/stats";
import { settleLabels } from "../label/mutations";
import { findBlindTest, type Judged } from "./data";
import type { BlindOutcome } from "./schema";

/**
 * Counts an answer, once per person and pair, and renews the human score of the explanation: the share of right answers of
 * all people with its Wilson interval.
 * @throws AppError NOT_FOUND
 */
export async function answerBlindTest(id: string, choice: 0 | 1, person: string): Promise<BlindOutcome> {
  const test = await findBlindTest(id);
  const { evidence, geometry, aRef } = await exemplarOn(test.saeId, test.index, test.firing);
  const right = choice === test.fires;
  const { counted, score } = await inPgTransaction(async (client) => {
    // One at a time for each explanation, so that every answer is in some score.
    await client.query("SELECT 1 FROM explanations WHERE id = $1 FOR UPDATE", [test.explanationId]);
    const { rowCount } = await client.query(
      `INSERT INTO blind_answers (explanation_id, person, firing, silent, sae_id, index, role, band, "right")
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
      [
        ...[test.explanationId, person, test.firing, test.silent, test.saeId, test.index],
        ...[test.role, evidence.band, right],
      ],
    );
    const { rows } = await client.query<Answer>(
      `SELECT firing, silent, role, band, "right" FROM blind_answers WHERE explanation_id = $1 ORDER BY created_at`,
      [test.explanationId],
    );
    const score = scoreOf(rows);
    const receipts = rows.map((answer) => receiptOf(answer, test));
    const { rows: written } = await client.query<{ id: string }>(
      `INSERT INTO scores (id, explanation_id, sae_id, index, scorer, value, lo, hi, n, receipts)
       VALUES ($1, $2, $3, $4, 'human', $5, $6, $7, $8, $9)
       ON CONFLICT (explanation_id, scorer) DO UPDATE SET value = EXCLUDED.value, lo = EXCLUDED.lo, hi = EXCLUDED.hi,
         n = EXCLUDED.n, receipts = EXCLUDED.receipts RETURNING id`,
      [
        ...[newId("score"), test.explanationId, test.saeId, test.index],
        ...[score.value, score.lo, score.hi, score.n, JSON.stringify(receipts)],
      ],
    );
    await settleLabels(client, test.saeId, [test.index]);
    return { counted: rowCount === 1, score: { ...score, id: written[0]?.id ?? "" } };
  });
  return { right, fires: test.fires, role: test.role, counted, ref: test.ref, aRef, evidence, geometry, score };
}

interface Answer {
  firing: number;
  silent: number;
  role: "hard" | "random";
  band: string;
  right: boolean;
}

/** Share of right answers with its 95 % Wilson interval; guessing gets half of them right. */
function scoreOf(answers: readonly Answer[]): Omit<BlindOutcome["score"], "id"> {
  const n = answers.length;
  const hits = answers.filter((a) => a.right).length;
  const interval = wilson(hits, n);
  return { value: hits / n, lo: interval?.lo ?? null, hi: interval?.hi ?? null, control: null, n, nMissing: 0 };
}

function receiptOf({ firing, silent, role, band, right }: Answer, test: Judged): object {
  return {
    item: {
      sampleId: firing,
      kind: "image",
      role: role === "hard" ? "against a near miss" : "against a random image",
      band,
    },
    other: silent,
    question: `Which of two images fires, if the feature stands for “${test.text}”?`,
    expected: "the first",
    answered: null,
    right,
  };
}
