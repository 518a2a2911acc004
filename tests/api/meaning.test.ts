import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { GET as search } from "@/app/api/v1/search/route";
import { db } from "@/lib/db/client";
import { textsWithoutMeaning } from "@/lib/search/meaning/data";
import { embed } from "@/lib/search/meaning/embedder";
import { startEmbed, storeMeanings } from "@/lib/search/meaning/mutations";
import { handleEmbed } from "@/workers/handlers/search-embed";
import { answer, resetEnvironment } from "../helpers/call-route";
import { makeFeatures } from "../helpers/feature-rows";

/** Directions by which this embedder understands: animals, vehicles, food. */
const MEANS: Record<string, number[]> = {
  dog: [1, 0, 0],
  puppy: [0.95, 0, 0.1],
  car: [0, 1, 0],
  "toy car": [0.3, 0.9, 0],
  cake: [0, 0, 1],
  "hot dog": [0.5, 0, 0.9],
};
let failures = 0;
let asked: string[] = [];
let key: string | undefined;
let server: Server;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = "";
    for await (const part of request) text += part;
    const { model, input } = JSON.parse(text) as { model: string; input: string[] };
    if (failures-- > 0) return response.writeHead(503).end("busy");
    key = request.headers.authorization;
    asked.push(...input);
    const data = input.map((word, index) => ({ index, embedding: MEANS[word] ?? [0.1, 0.1, 0.1] }));
    return response.end(JSON.stringify({ model, data: data.reverse() }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const labels = ["dog", "car", "toy car", "cake", "hot dog", null];
  await makeFeatures(
    "m",
    "s",
    labels.map((label, index) => ({ index, label, kind: index < 3 ? "object" : "food" })),
  );
  await makeFeatures("m", "t", [{ index: 0, label: "dog" }]);
});
afterAll(() => void server.close());
beforeEach(() => {
  failures = 0;
  asked = [];
  const { port } = server.address() as AddressInfo;
  resetEnvironment({
    EMBEDDER_BASE_URL: `http://127.0.0.1:${port}/v1/`,
    EMBEDDER_MODEL: "tiny",
    EMBEDDER_API_KEY: "secret",
  });
});

const find = async (query: string) => (await answer(search, `/search?mode=meaning&${query}`)).json;

it("asks about every label once, as a run that goes on where it was", async () => {
  await storeMeanings("tiny", ["dog"], await embed(["dog"]));
  expect(key).toBe("Bearer secret");
  asked = [];
  const run = await startEmbed();
  expect(run).toMatchObject({ kind: "embed", params: { embedder: "tiny" } });
  expect((await startEmbed())?.id).toBe(run?.id);
  const seen: number[] = [];
  await handleEmbed({
    params: { embedder: "tiny" },
    signal: new AbortController().signal,
    progress: ({ done = 0 }: { done?: number }) => seen.push(done),
  } as unknown as Parameters<typeof handleEmbed>[0]);
  expect(asked.sort()).toEqual(["cake", "car", "hot dog", "toy car"]);
  expect(seen).toEqual([4]);
  expect(await textsWithoutMeaning("tiny", 9)).toEqual([]);
  await db().run.deleteMany();
  expect(await startEmbed()).toBeNull();
});

it("finds features by what their labels mean, in pages, scopes and filters", async () => {
  const all = await find("q=puppy");
  expect(all.degraded).toBeNull();
  expect(all.items.map((i: { label: string }) => i.label)).toEqual(["dog", "dog", "hot dog", "toy car", "cake"]);
  expect(all.items[0].why[0]).toMatchObject({ part: "meaning", text: expect.stringContaining("cosine 0.99") });
  expect(all.facets.sae).toEqual({ "m/s": 4, "m/t": 1 });
  const refs = [];
  for (let cursor = ""; ; ) {
    const page = await find(`q=puppy&limit=2${cursor && `&cursor=${cursor}`}`);
    refs.push(...page.items.map((i: { ref: string }) => i.ref));
    if (!page.nextCursor) break;
    cursor = page.nextCursor;
  }
  expect(refs).toEqual(all.items.map((i: { ref: string }) => i.ref));
  expect((await find("q=puppy&in=m/t")).total).toBe(1);
  expect((await find("q=puppy&kind=food")).items.map((i: { label: string }) => i.label)).toEqual(["hot dog", "cake"]);
});

it("asks a busy embedder again, tells of one that is down, and is not offered without one", async () => {
  failures = 1;
  expect((await find("q=car")).items[0].label).toBe("car");
  failures = 9;
  expect(await answer(search, "/search?mode=meaning&q=lorry")).toMatchObject({
    status: 502,
    json: { code: "EMBEDDER_FAILED", detail: expect.stringContaining("503 busy") },
  });
  resetEnvironment({ EMBEDDER_BASE_URL: "", EMBEDDER_MODEL: "" });
  expect(await find("q=dog")).toMatchObject({ degraded: "meaning", items: [{ label: "dog" }, { label: "dog" }, {}] });
});
