import { beforeAll, expect, it } from "vitest";
import { db } from "@/lib/db/client";
import { accountOf } from "@/lib/llm/data";
import { runLedger } from "@/lib/llm/ledger";
import type { CallEnd } from "@/lib/llm/types";

const RUN = "rledger";
const ledger = runLedger(RUN);
const end = (more: Partial<CallEnd>): CallEnd => ({
  ...{ state: "answered", status: 200, reason: null, text: null, tokens: null, ms: 10 },
  ...more,
});

beforeAll(async () => {
  await db().run.create({ data: { id: RUN, kind: "explain", params: {} } });
});

it("writes requests before they are sent, numbers them by question, and finds answers again", async () => {
  expect(await ledger.open("a")).toBe(1);
  expect(await accountOf(RUN)).toMatchObject({ calls: 1, lost: 1, answered: 0 });
  await ledger.close("a", 1, end({ state: "failed", status: 500, reason: "500 Out of memory." }));
  expect((await ledger.find(["a"])).get("a")).toEqual({ reply: null, rejected: null });
  expect(await ledger.open("a")).toBe(2);
  await ledger.close("a", 2, end({ text: "a\0dog", tokens: { prompt: 100, completion: 7 }, ms: 30 }));
  await ledger.open("b");
  await ledger.close("b", 1, end({ state: "refused", reason: "No.", tokens: { prompt: 50, completion: 3 } }));
  await ledger.open("c");
  await ledger.close("c", 1, end({ state: "failed", status: 400, reason: "400 no images" }));
  await ledger.open("d");
  const known = await ledger.find(["a", "b", "c", "d", "e"]);
  expect([...known.keys()].sort()).toEqual(["a", "b", "c"]);
  expect(known.get("a")?.reply).toEqual({
    state: "answered",
    text: "a�dog",
    promptTokens: 100,
    completionTokens: 7,
    ms: 30,
  });
  expect(known.get("b")?.reply).toMatchObject({ state: "refused", reason: "No." });
  expect(known.get("c")).toEqual({ reply: null, rejected: "400 no images" });
});

it("adds up to an account, with a price when prices are known, and goes with its run", async () => {
  expect(await accountOf(RUN, { prompt: 2, completion: 10 })).toEqual({
    ...{ calls: 5, answered: 1, refused: 1, failed: 2, lost: 1, unmetered: 0 },
    ...{ promptTokens: 150, completionTokens: 10, ms: 60, price: (150 * 2 + 10 * 10) / 1e6 },
  });
  await db().run.delete({ where: { id: RUN } });
  expect(await accountOf(RUN)).toMatchObject({ calls: 0, promptTokens: 0, price: null });
});
