import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { POST as complete } from "@/app/v1/chat/completions/route";
import { GET as readModel } from "@/app/v1/models/[model]/route";
import { GET as listModels } from "@/app/v1/models/route";
import { sha256 } from "@/lib/core/hash";
import { db } from "@/lib/db/client";
import { type RunningWorker, startWorker } from "@/lib/jobs/worker";
import { encodePng, type RgbImage } from "@/lib/media/image";
import { openLanguageModel } from "@/lib/model/open";
import type { VisionLanguageModel } from "@/lib/model/types";
import { getRun } from "@/lib/runs/data";
import { loadSae } from "@/lib/sae/sparsify";
import { steer } from "@/lib/sae/steer";
import { blobs } from "@/lib/storage/blobs";
import { hashCheckpoint, registerModelFolder, registerSaeFolder } from "@/lib/training/register";
import { registry } from "@/workers/registry";
import { resetEnvironment } from "../helpers/call-route";
import { waitFor } from "../helpers/wait-for";

const SLUG = "tiny-llava-emoji";
const FOLDER = `models/${SLUG}`;
const SAE = `${FOLDER}/saes/4-res-4k`;
const SITE = "layers.4.resid_post";
const FEATURE = 7;
const A_REF = 25;
const QUESTION = "describe the image.";

/** The routes as a server would call them, so that the client needs no port. */
const routes: typeof fetch = (input, init) => {
  const request = new Request(input, init);
  const path = new URL(request.url).pathname;
  const params = Promise.resolve({ model: path.split("/")[3] });
  if (path === "/v1/chat/completions") return complete(request, { params });
  return path === "/v1/models" ? listModels(request, { params }) : readModel(request, { params });
};
const client = (apiKey = "any") => new OpenAI({ baseURL: "http://localhost/v1", apiKey, fetch: routes, maxRetries: 0 });

const picture: RgbImage = {
  width: 112,
  height: 112,
  data: Uint8Array.from({ length: 112 * 112 * 3 }, (_, i) => (i * 7) % 251),
};
const input = { image: picture, messages: [{ role: "user" as const, content: QUESTION, image: true as const }] };

let model: VisionLanguageModel;
let worker: RunningWorker;
let png: Uint8Array;

const withImage = (url: string): OpenAI.ChatCompletionMessageParam[] => [
  {
    role: "user",
    content: [
      { type: "image_url", image_url: { url } },
      { type: "text", text: QUESTION },
    ],
  },
];
const dataUrl = () => `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
const fovea = (answer: object) =>
  (answer as { fovea: { run: string; seed: number; versions: Record<string, string> } }).fovea;

beforeAll(async () => {
  png = await encodePng(picture);
  await registerModelFolder(FOLDER, { slug: SLUG, title: "Tiny" });
  const sae = await registerSaeFolder(SAE, { model: SLUG, slug: "4-res-4k", site: SITE });
  const zero = { density: 0.1, densityImage: 0, densityText: 0, imageShare: 0, mean: 1, std: 1, nFiring: 1 };
  await db().feature.create({
    data: {
      ...{ saeId: sae.id, index: FEATURE, status: "pending", max: 9, aRef: A_REF, flags: [], tags: [] },
      ...{ ...zero, histogram: {}, neighbours: [] },
    },
  });
  model = await openLanguageModel(FOLDER);
  worker = await startWorker(registry, ["interactive"]);
}, 120_000);

afterAll(async () => {
  await worker.stop();
  await model.dispose();
});

afterEach(() => resetEnvironment({ IMAGE_FETCH_HOSTS: "" }));

describe("the OpenAI client", () => {
  it("lists the models and reads one", async () => {
    const list = await client().models.list();
    expect(list.data.map(({ id }) => id)).toEqual([SLUG]);
    expect(await client().models.retrieve(SLUG)).toMatchObject({ id: SLUG, object: "model" });
    await expect(client().models.retrieve("nobody")).rejects.toMatchObject({ status: 404, param: "model" });
  });

  it("gets the model's own greedy answer about an image, with usage, and the run that made it", async () => {
    const { text, finish, ids } = (await model.generateBatch([input], { maxTokens: 40 }))[0]!;
    const answer = await client().chat.completions.create({
      model: SLUG,
      messages: withImage(dataUrl()),
      max_tokens: 40,
    });
    const [choice] = answer.choices;
    expect(choice).toMatchObject({ index: 0, finish_reason: finish, message: { role: "assistant", content: text } });
    const prompt = model.promptTokens(input).length;
    expect(answer.usage).toEqual({
      prompt_tokens: prompt,
      completion_tokens: ids.length,
      total_tokens: prompt + ids.length,
    });
    const { run, seed, versions } = fovea(answer);
    expect({ id: answer.id, seed, model: versions.model }).toEqual({
      id: `chatcmpl-${run}`,
      seed: 0,
      model: model.hash.slice(0, 8),
    });
    expect(await getRun(run)).toMatchObject({ kind: "chat", state: "done", params: { model: SLUG } });
  });

  it("streams the same answer piece by piece, and the usage at the end", async () => {
    const whole = (await model.generateBatch([input], { maxTokens: 40 }))[0]!;
    const stream = await client().chat.completions.create({
      ...{ model: SLUG, messages: withImage(dataUrl()), max_tokens: 40, stream: true },
      stream_options: { include_usage: true },
    });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks[0]!.choices[0]!.delta.role).toBe("assistant");
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toBe(whole.text);
    expect(chunks.filter((chunk) => chunk.choices[0]?.delta.content).length).toBeGreaterThan(3);
    const [last, usage] = chunks.slice(-2);
    expect(last!.choices[0]!.finish_reason).toBe(whole.finish);
    expect(fovea(last!).run).toMatch(/^r/);
    expect(usage).toMatchObject({ choices: [], usage: { completion_tokens: whole.ids.length } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
  });

  it("reads text alone, a system turn, an earlier answer, and an image named by its hash or its page", async () => {
    const first = await client().chat.completions.create({
      model: SLUG,
      messages: withImage(dataUrl()),
      max_tokens: 8,
    });
    const content = first.choices[0]!.message.content;
    for (const url of [
      `sha256:${sha256(png)}`,
      `/i/${sha256(png)}/orig.webp`,
      `http://localhost/i/${sha256(png)}/512.webp`,
    ]) {
      const again = await client().chat.completions.create({ model: SLUG, messages: withImage(url), max_tokens: 8 });
      expect(again.choices[0]!.message.content).toBe(content);
    }
    const turns = [
      { role: "system", content: "be brief." },
      { role: "user", content: "name an animal." },
      { role: "assistant", content: "a dog." },
      { role: "user", content: "name another." },
    ] as const;
    const text = await client().chat.completions.create({ model: SLUG, messages: [...turns], max_tokens: 8 });
    const [alone] = await model.generateBatch([{ messages: [...turns] }], { maxTokens: 8 });
    expect(text.choices[0]!.message.content).toBe(alone!.text);
  });

  it("steers by features, in units of the feature, where it is asked to", async () => {
    const sae = await loadSae(SAE);
    const ask = (steering: object[]) =>
      client().chat.completions.create({
        ...{ model: SLUG, messages: withImage(dataUrl()), max_tokens: 24 },
        ...({ fovea: { steering } } as object),
      });
    const plain = (await ask([])).choices[0]!.message.content;
    const steered = await ask([{ feature: `4-res-4k/${FEATURE}`, strength: 8, where: { positions: "text" } }]);
    const edit = steer(SITE, [
      { sae, feature: FEATURE, method: "add", strength: 8 * A_REF, where: ({ span }) => span !== "image" },
    ]);
    const [byHand] = await model.generateBatch([input], { maxTokens: 24, edits: [edit] });
    expect(steered.choices[0]!.message.content).toBe(byHand!.text);
    expect(byHand!.text).not.toBe(plain);
    expect((await hashCheckpoint(SAE)).startsWith(fovea(steered).versions.sae!)).toBe(true);
    // No place at all, and a factor of one, change nothing.
    const nowhere = [
      { feature: `${SLUG}/4-res-4k/${FEATURE}`, strength: 50, unit: "raw", where: { positions: [[900, 901]] } },
    ];
    expect((await ask(nowhere)).choices[0]!.message.content).toBe(plain);
    expect((await ask([{ feature: `4-res-4k/${FEATURE}`, method: "scale" }])).choices[0]!.message.content).toBe(plain);
  });

  it("gives log-probabilities with the likeliest tokens, and stops at a stop text", async () => {
    const answer = await client().chat.completions.create({
      ...{ model: SLUG, messages: withImage(dataUrl()), max_tokens: 12, logprobs: true, top_logprobs: 3 },
    });
    const { content } = answer.choices[0]!.logprobs!;
    expect(content!.length).toBe(answer.usage!.completion_tokens);
    for (const { token, logprob, top_logprobs, bytes } of content!) {
      expect(top_logprobs).toHaveLength(3);
      expect(top_logprobs[0]).toMatchObject({ token });
      expect(top_logprobs[0]!.logprob).toBeCloseTo(logprob, 6);
      expect(Buffer.from(bytes!).toString()).toBe(token);
    }
    const text = answer.choices[0]!.message.content!;
    const stop = text.slice(4, 7);
    const cut = await client().chat.completions.create({
      model: SLUG,
      messages: withImage(dataUrl()),
      max_tokens: 12,
      stop,
    });
    expect(cut.choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { content: text.slice(0, text.indexOf(stop)) },
    });
  });

  it("samples by seed", async () => {
    const ask = async (seed: number) => {
      const answer = await client().chat.completions.create({
        ...{ model: SLUG, messages: withImage(dataUrl()), max_tokens: 24, temperature: 2, seed },
      });
      expect(fovea(answer).seed).toBe(seed);
      return answer.choices[0]!.message.content;
    };
    const [first, same, other] = [await ask(1), await ask(1), await ask(2)];
    expect(same).toBe(first);
    expect(other).not.toBe(first);
  });

  it("gets every token once from a worker that stops in the middle and one that goes on", async () => {
    // Steered so hard that it does not find its end.
    const steering = [{ feature: `4-res-4k/${FEATURE}`, strength: 300, unit: "raw" }];
    const ask = {
      ...{ model: SLUG, messages: [{ role: "user" as const, content: "name an animal." }] },
      ...{ max_tokens: 200, temperature: 1, seed: 3, ...({ fovea: { steering } } as object) },
    };
    const whole = await client().chat.completions.create(ask);
    const stream = await client().chat.completions.create({ ...ask, stream: true });
    let text = "";
    let n = 0;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      if (++n !== 10) continue;
      await worker.stop();
      worker = await startWorker(registry, ["interactive"]);
    }
    expect(whole.usage!.completion_tokens).toBeGreaterThan(100);
    expect(text).toBe(whole.choices[0]!.message.content);
  });

  it("that goes away cancels the run", async () => {
    const stream = await client().chat.completions.create({
      ...{ model: SLUG, messages: withImage(dataUrl()), max_tokens: 512, temperature: 2, stream: true },
    });
    let run = "";
    for await (const chunk of stream) {
      run = chunk.id.replace("chatcmpl-", "");
      if (chunk.choices[0]?.delta.content) break;
    }
    const ended = await waitFor("the run to end", async () => {
      const { state } = await getRun(run);
      return state === "running" ? undefined : state;
    });
    expect(ended).toBe("cancelled");
  });
});

describe("errors in OpenAI's shape", () => {
  const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: "user", content: "hello" }];
  const refused = async (body: object, key?: string) =>
    client(key)
      .chat.completions.create({ model: SLUG, messages, ...body } as OpenAI.ChatCompletionCreateParamsNonStreaming)
      .then(
        () => undefined,
        (error: InstanceType<typeof OpenAI.APIError>) => error,
      );

  it.each([
    [{ model: "gpt-x" }, 404, "model"],
    [{ n: 2 }, 400, "n"],
    [{ tools: [{ type: "function", function: { name: "f" } }] }, 400, "tools"],
    [{ response_format: { type: "json_object" } }, 400, "response_format"],
    [{ temperature: 9 }, 400, "temperature"],
    [{ messages: [] }, 400, "messages"],
    [{ messages: withImage("http://elsewhere.example/a.png") }, 400, "messages"],
    [{ messages: withImage("file:///etc/passwd") }, 400, "messages"],
    [{ messages: withImage("data:image/png;base64,AAAA") }, 422, null],
    [{ messages: withImage(`sha256:${"0".repeat(64)}`) }, 404, null],
    [{ fovea: { steering: [{ feature: "4-res-4k/999999" }] } }, 404, null],
    [{ fovea: { steering: [{ feature: "other/4-res-4k/1" }] } }, 400, null],
    [
      { fovea: { steering: [{ feature: "4-res-4k/7", where: { region: { view: "base", mask: "AAAA" } } }] } },
      400,
      null,
    ],
  ])("%j is answered with %i", async (body, status, param) => {
    const error = await refused(body);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ status, param });
    expect(error!.code).toMatch(/^[A-Z_]+$/);
    expect(error!.message).toMatch(/\w{3}/);
  });

  it("ignores what it does not know and what asks for nothing", async () => {
    expect(
      await refused({ user: "me", n: 1, tools: [], response_format: { type: "text" }, max_tokens: 2 }),
    ).toBeUndefined();
  });

  it("wants the token where one is set", async () => {
    resetEnvironment({ FOVEA_TOKEN: "secret-token" });
    expect(await refused({ max_tokens: 2 }, "wrong-token")).toMatchObject({ status: 401, code: "TOKEN_INVALID" });
    expect(await refused({ max_tokens: 2 }, "secret-token")).toBeUndefined();
  });

  it("says so in the stream when the answer breaks off", async () => {
    await blobs().put(`images/${"a".repeat(64)}`, Buffer.from("no image"));
    const stream = await client().chat.completions.create({
      ...{ model: SLUG, messages: withImage(`sha256:${"a".repeat(64)}`), stream: true },
    });
    await expect(async () => {
      for await (const _ of stream);
    }).rejects.toThrow(/image cannot be read/i);
  });

  it("names the lane when no worker serves it", async () => {
    await worker.stop();
    expect(await refused({})).toMatchObject({ status: 503, code: "NO_WORKER" });
    worker = await startWorker(registry, ["interactive"]);
  });
});
