import { expect } from "vitest";
import { db } from "@/lib/db/client";
import { accountOf } from "@/lib/llm/data";
import type { ChatServer } from "./chat-server";

/** Every request that the server saw is in the ledger with the same tokens; what only the ledger has was lost with a worker. */
export async function compareAccounts(run: string, server: ChatServer) {
  const rows = await db().explainerCall.findMany({ where: { runId: run } });
  const theirs = new Map(server.received.map((r) => [r.key, r]));
  const ours = new Map(rows.map((row) => [`${run}/${row.key}/${row.attempt}`, row]));
  expect([...theirs.keys()].filter((key) => !ours.has(key))).toEqual([]);
  expect([...ours].filter(([key, row]) => !theirs.has(key) && row.state !== "sent")).toEqual([]);
  for (const [key, row] of ours) {
    if (row.state === "sent") continue;
    const tokens = row.promptTokens === null ? null : { prompt: row.promptTokens, completion: row.completionTokens };
    expect(tokens).toEqual(theirs.get(key)!.tokens);
  }
  const account = await accountOf(run);
  const known = rows
    .filter((row) => row.state !== "sent")
    .map((row) => theirs.get(`${run}/${row.key}/${row.attempt}`)!);
  const sum = (of: (t: { prompt: number; completion: number }) => number) =>
    known.reduce((total, r) => total + (r.tokens ? of(r.tokens) : 0), 0);
  expect(account).toMatchObject({
    ...{ calls: rows.length, promptTokens: sum((t) => t.prompt), completionTokens: sum((t) => t.completion) },
  });
  return account;
}
