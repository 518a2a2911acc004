import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import type { CallEnd } from "./types";

/** Writes a request that is about to be sent. @returns which attempt of its key it is, from 1 */
export async function openCall(runId: string, key: string): Promise<number> {
  const [row] = await db().$queryRaw<[{ attempt: number }]>`
    INSERT INTO explainer_calls (id, run_id, key, attempt, state)
    SELECT ${newId("request")}, ${runId}, ${key}, coalesce(max(attempt), 0) + 1, 'sent' FROM explainer_calls
    WHERE run_id = ${runId} AND key = ${key}
    RETURNING attempt`;
  return row.attempt;
}

// Postgres text cannot hold NUL.
const storable = (text: string | null) => text?.replaceAll("\0", "\uFFFD") ?? null;

/** Writes how a request ended. */
export async function closeCall(runId: string, key: string, attempt: number, end: CallEnd): Promise<void> {
  const { state, status, reason, text, tokens, ms } = end;
  await db().explainerCall.update({
    where: { runId_key_attempt: { runId, key, attempt } },
    data: {
      ...{ state, status, ms, reason: storable(reason), text: storable(text) },
      promptTokens: tokens?.prompt ?? null,
      completionTokens: tokens?.completion ?? null,
    },
  });
}
