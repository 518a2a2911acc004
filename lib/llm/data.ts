import { env } from "@/lib/core/env";
import { db } from "@/lib/db/client";
import type { Account, ChatReply, Known } from "./types";

/** HTTP statuses of requests that are wrong as they are. */
const WRONG = new Set([400, 413, 415, 422]);

/** What the rows of a run know about these questions. */
export async function findKnown(runId: string, keys: readonly string[]): Promise<Map<string, Known>> {
  const rows = await db().explainerCall.findMany({
    where: { runId, key: { in: [...keys] }, state: { not: "sent" } },
    orderBy: { attempt: "asc" },
  });
  const known = new Map<string, Known>();
  for (const { key, state, status, reason, text, ...row } of rows) {
    const cost = { promptTokens: row.promptTokens ?? 0, completionTokens: row.completionTokens ?? 0, ms: row.ms ?? 0 };
    const reply: ChatReply | null =
      state === "answered"
        ? { state, text: text ?? "", ...cost }
        : state === "refused"
          ? { state, reason: reason ?? "", ...cost }
          : (known.get(key)?.reply ?? null);
    known.set(key, { reply, rejected: state === "failed" && WRONG.has(status ?? 0) ? reason : null });
  }
  return known;
}

/** What the requests of a run add up to. @param prices of a million tokens */
export async function accountOf(
  runId: string,
  prices: { prompt: number; completion: number } | null = null,
): Promise<Account> {
  const [sums] = await db().$queryRaw<[Omit<Account, "price">]>`
    SELECT count(*)::int AS calls,
      count(*) FILTER (WHERE state = 'answered')::int AS answered,
      count(*) FILTER (WHERE state = 'refused')::int AS refused,
      count(*) FILTER (WHERE state = 'failed')::int AS failed,
      count(*) FILTER (WHERE state = 'sent')::int AS lost,
      count(*) FILTER (WHERE state = 'answered' AND prompt_tokens IS NULL)::int AS unmetered,
      coalesce(sum(prompt_tokens), 0)::float8 AS "promptTokens",
      coalesce(sum(completion_tokens), 0)::float8 AS "completionTokens",
      coalesce(sum(ms), 0)::float8 AS ms
    FROM explainer_calls WHERE run_id = ${runId}`;
  const price = prices && (sums.promptTokens * prices.prompt + sums.completionTokens * prices.completion) / 1e6;
  return { ...sums, price };
}

/** What a million tokens cost, as the environment says; null when it does not. */
export function chatPrices(): { prompt: number; completion: number } | null {
  const { EXPLAINER_PRICE_IN: prompt, EXPLAINER_PRICE_OUT: completion } = env();
  return prompt === undefined && completion === undefined ? null : { prompt: prompt ?? 0, completion: completion ?? 0 };
}
