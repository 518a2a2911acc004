import { afterEach, describe, expect, it } from "vitest";
import { isAppError } from "@/lib/core/errors";
import { RetryLater } from "@/lib/jobs/define";
import { type Behaviour, type ChatServer, faulty, startChatServer } from "@/tests/helpers/chat-server";
import { openChat } from "./client";
import type { ChatEndpoint } from "./endpoint";
import type { CallEnd, ChatQuestion, Known, Ledger } from "./types";

const open: ChatServer[] = [];
afterEach(() => Promise.all(open.splice(0).map((server) => server.close())));

const signal = new AbortController().signal;
const PIXEL = { width: 8, height: 8, data: new Uint8Array(192).fill(9) };
const SCHEMA = {
  name: "feature",
  schema: { type: "object", properties: { label: { type: "string", description: "a name" } }, required: ["label"] },
};
const question = (key: string, more: Partial<ChatQuestion> = {}): ChatQuestion => ({
  ...{ key, images: [PIXEL], text: `What is ${key}?`, maxTokens: 32, schema: SCHEMA },
  ...more,
});

/** A ledger in memory, with the same rules as the table. */
function memory() {
  const rows: { key: string; attempt: number; end: CallEnd | null }[] = [];
  const ledger: Ledger = {
    async find(keys) {
      const known = new Map<string, Known>();
      for (const { key, end } of rows) {
        if (!keys.includes(key) || !end) continue;
        const cost = {
          promptTokens: end.tokens?.prompt ?? 0,
          completionTokens: end.tokens?.completion ?? 0,
          ms: end.ms,
        };
        const reply = end.state === "answered" ? { state: end.state, text: end.text ?? "", ...cost } : null;
        known.set(key, {
          reply: reply ?? known.get(key)?.reply ?? null,
          rejected: end.status === 400 ? end.reason : null,
        });
      }
      return known;
    },
    async open(key) {
      const attempt = rows.filter((row) => row.key === key).length + 1;
      rows.push({ key, attempt, end: null });
      return attempt;
    },
    async close(key, attempt, end) {
      rows.find((row) => row.key === key && row.attempt === attempt)!.end = end;
    },
  };
  return { rows, ledger };
}

async function start(options: Parameters<typeof startChatServer>[0] = {}, endpoint: Partial<ChatEndpoint> = {}) {
  const server = await startChatServer(options);
  open.push(server);
  const given: ChatEndpoint = {
    ...{ baseUrl: server.url, model: "test-model", apiKey: "secret", concurrency: 4, perMinute: undefined },
    ...{ timeoutMs: 200, pauseMs: 2 },
    ...endpoint,
  };
  const { rows, ledger } = memory();
  const chat = () => openChat(given, ledger, { images: 11, seed: 1, run: "r1", signal });
  return { server, rows, ledger, chat };
}

/** The probe is answered; the first `times` requests of every other question get `behaviour`. */
const first =
  (behaviour: Behaviour, times = 1) =>
  (key: string, nth: number) =>
    key.startsWith("probe") || nth > times ? ("ok" as const) : behaviour;

describe("a question", () => {
  it("is asked once when all is well, with the key, no randomness and a name of the request", async () => {
    const { server, rows, chat } = await start();
    const client = await chat();
    expect(client).toMatchObject({ model: "test-model", mostImages: 11, instructed: true });
    const [reply] = await client.ask([question("a")], signal);
    expect(reply).toMatchObject({ state: "answered", text: expect.stringMatching(/^\{"label":"thing/) });
    const last = server.received.at(-1)!;
    expect(last).toMatchObject({ key: "r1/a/1", authorization: "Bearer secret", images: 1, schema: true });
    expect(last.text).toContain(`- "label": a name`);
    expect(rows.at(-1)).toMatchObject({ key: "a", attempt: 1, end: { state: "answered", tokens: last.tokens } });
  });

  it.each(["429", "429-after", "500", "slow", "malformed", "html", "truncated", "wrong-shape"] as const)(
    "survives %s: it is asked again, and the ledger has both requests",
    async (behaviour) => {
      const { server, rows, chat } = await start({ behave: first(behaviour) });
      const [reply] = await (await chat()).ask([question("a")], signal);
      expect(reply).toMatchObject({ state: "answered" });
      const own = rows.filter((row) => row.key === "a");
      expect(own.map(({ end }) => end?.state)).toEqual(["failed", "answered"]);
      expect(own[0]!.end!.reason).toBeTruthy();
      expect(server.received.map((r) => r.key).slice(-2)).toEqual(["r1/a/1", "r1/a/2"]);
    },
  );

  it("takes the first of several choices", async () => {
    const { chat } = await start({ behave: first("choices") });
    const [reply] = await (await chat()).ask([question("a")], signal);
    expect(reply).toMatchObject({ text: expect.stringContaining("thing") });
  });

  it("gets more room when its answer is cut off, and what came when that does not help", async () => {
    const { rows, chat } = await start({ behave: first("cut", 9) });
    const [reply] = await (await chat()).ask([question("a")], signal);
    expect(reply).toMatchObject({ state: "answered", text: `{"label"` });
    expect(rows.filter((r) => r.key === "a").map((r) => r.end?.reason)).toEqual([
      "Cut off at 32 tokens.",
      "Cut off at 64 tokens.",
      null,
    ]);
  });

  it("that the model refuses, or a filter, is not asked again", async () => {
    const { rows, chat } = await start({ behave: (key) => (key === "a" ? "refusal" : key === "b" ? "filter" : "ok") });
    const replies = await (await chat()).ask([question("a"), question("b")], signal);
    expect(replies.map((r) => r.state)).toEqual(["refused", "refused"]);
    expect(rows.filter((r) => !r.key.startsWith("probe"))).toHaveLength(2);
  });

  it("fails after all tries, alone: the others of the batch are answered", async () => {
    const { chat } = await start({ behave: (key) => (key === "a" ? "500" : "ok") });
    const replies = await (await chat()).ask([question("a"), question("b"), question("c")], signal);
    expect(replies.map((r) => r.state)).toEqual(["failed", "answered", "answered"]);
    expect(replies[0]).toMatchObject({ reason: "500 Out of memory." });
  });

  it("that was answered before is found again, and nothing is sent", async () => {
    const { server, chat } = await start();
    const [before] = await (await chat()).ask([question("a")], signal);
    const sent = server.received.length;
    const [after] = await (await chat()).ask([question("a")], signal);
    expect(after).toEqual(before);
    expect(server.received).toHaveLength(sent);
  });
});

describe("a run", () => {
  it.each(["401", "404"] as const)("ends at once on %s, and says what to check", async (behaviour) => {
    const { server, chat } = await start({ behave: (key) => (key.startsWith("probe") ? "ok" : behaviour) });
    const client = await chat();
    const error = await client.ask([question("a")], signal).catch((e: unknown) => e);
    expect(isAppError(error) && error).toMatchObject({ code: "EXPLAINER_FAILED", status: 422 });
    expect((error as Error).message).toMatch(/check EXPLAINER_/);
    await expect(client.ask([question("b")], signal)).rejects.toBe(error);
    expect(server.received.filter((r) => r.behaviour === behaviour)).toHaveLength(1);
  });

  it("gives up when nobody answers", async () => {
    const { server, chat } = await start({ behave: (key) => (key.startsWith("probe") ? "ok" : "500") });
    const client = await chat();
    await expect(
      client.ask(
        Array.from({ length: 40 }, (_, i) => question(`q${i}`)),
        signal,
      ),
    ).rejects.toMatchObject({
      code: "EXPLAINER_FAILED",
      status: 502,
    });
    expect(server.received.length).toBeLessThan(40 * 6);
  });

  it("is put off when the endpoint asks to wait for long", async () => {
    const { server, chat } = await start();
    const client = await chat();
    await server.close();
    const { createServer } = await import("node:http");
    const other = createServer((_, response) => void response.writeHead(429, { "retry-after": "3600" }).end("{}"));
    await new Promise<void>((resolve) => other.listen(Number(new URL(server.url).port), "127.0.0.1", resolve));
    const error = await client.ask([question("a")], signal).catch((e: unknown) => e);
    other.close();
    expect(error).toBeInstanceOf(RetryLater);
    expect((error as RetryLater).ms).toBe(3_600_000);
  });

  it("breaks off when its signal aborts, and the ledger says so", async () => {
    const { rows, chat } = await start({ behave: first("slow", 9), slowMs: 5000 }, { timeoutMs: 10_000 });
    const client = await chat();
    const controller = new AbortController();
    const asked = client.ask([question("a")], controller.signal);
    setTimeout(() => controller.abort(new Error("stop")), 50);
    await expect(asked).rejects.toThrow("stop");
    expect(rows.at(-1)).toMatchObject({ key: "a", end: { state: "failed", reason: "Broken off." } });
  });

  it("has no more requests under way than it may, and its ledger equals the server's record under faults", async () => {
    const behave = faulty(3, 0.3);
    const { server, rows, chat } = await start({
      behave: (key, nth) => (key.startsWith("probe") ? "ok" : behave(key, nth)),
      latencyMs: 2,
      slowMs: 300,
    });
    const client = await chat();
    const replies = await client.ask(
      Array.from({ length: 120 }, (_, i) => question(`q${i}`)),
      signal,
    );
    expect(server.busiest()).toBeLessThanOrEqual(4);
    expect(replies.filter((r) => r.state === "failed")).toEqual([]);
    expect(rows.map((r) => `r1/${r.key}/${r.attempt}`).sort()).toEqual(server.received.map((r) => r.key).sort());
    const byKey = new Map(server.received.map((r) => [r.key, r]));
    for (const { key, attempt, end } of rows) {
      const theirs = byKey.get(`r1/${key}/${attempt}`)!;
      if (theirs.behaviour !== "slow") expect(end!.tokens).toEqual(theirs.tokens);
      if (end!.state === "answered") expect(end!.text).toBe(theirs.content);
    }
  });
});

describe("abilities", () => {
  it("are found out once: no schema, then one image, in as many requests as it takes", async () => {
    const { server, chat } = await start({ schema: false, mostImages: 1 });
    const client = await chat();
    expect(client).toMatchObject({ mostImages: 1, instructed: true });
    expect(server.received.map((r) => r.status)).toEqual([400, 400, 200]);
    const [reply] = await client.ask([question("a")], signal);
    expect(reply).toMatchObject({ text: expect.stringMatching(/^LABEL: thing/) });
    // A resumed run knows.
    await chat();
    expect(server.received).toHaveLength(4);
  });

  it("leave out what newer models refuse by name", async () => {
    const refuses = {
      max_tokens: "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
      temperature: "Unsupported value: 'temperature' does not support 0 with this model.",
    };
    const { server, chat } = await start({ refuses });
    expect(await chat()).toMatchObject({ mostImages: 11 });
    expect(server.received.map((r) => r.status)).toEqual([400, 400, 200]);
  });

  it("of Fovea's own models are short questions about one image, without a probe", async () => {
    const { server, chat } = await start({ ownedBy: "fovea" });
    const client = await chat();
    expect(client).toMatchObject({ mostImages: 1, instructed: false });
    expect(server.received).toEqual([]);
  });

  it("that are too few for any question end the run with the endpoint's words", async () => {
    const { chat } = await start({ refuses: { model: "This endpoint only does embeddings." } });
    await expect(chat()).rejects.toThrow(/refuses every question: 400 This endpoint only does embeddings/);
  });
});

it("keeps a key that a server says back to itself", async () => {
  const { chat } = await start({ refuses: { model: "There is no such model for the key secret." } });
  await expect(chat()).rejects.toThrow("There is no such model for the key ….");
});
