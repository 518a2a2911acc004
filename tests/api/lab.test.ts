import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POST as upload } from "@/app/api/v1/images/route";
import { POST as postSteer } from "@/app/api/v1/steer/route";
import { POST as postSearch } from "@/app/api/v1/steer/search/route";
import { POST as postTrace } from "@/app/api/v1/trace/route";
import { startIngest } from "@/lib/datasets/mutations";
import { db } from "@/lib/db/client";
import { cancelRun } from "@/lib/jobs/control";
import { startRun } from "@/lib/jobs/start";
import { type RunningWorker, startWorker } from "@/lib/jobs/worker";
import { encodePng } from "@/lib/media/image";
import { openLanguageModel } from "@/lib/model/open";
import type { VisionLanguageModel } from "@/lib/model/types";
import { getRun, getRunResult } from "@/lib/runs/data";
import { type SearchResult, type SteerResult, searchResultSchema, steerResultSchema } from "@/lib/steering/schema";
import { studyJob } from "@/lib/studies/job";
import { studyResultSchema } from "@/lib/studies/schema";
import { type TraceResult, traceResultSchema } from "@/lib/trace/schema";
import { registerModelFolder, registerSaeFolder } from "@/lib/training/register";
import { registry } from "@/workers/registry";
import { answer } from "../helpers/call-route";
import { waitFor } from "../helpers/wait-for";
import { shareWorldCache } from "../helpers/world-cache";

const SLUG = "tiny-llava-emoji";
const FOLDER = `models/${SLUG}`;
const FEATURE = 7;
const base = { model: SLUG, messages: [{ role: "user", content: "name an animal." }] };

let worker: RunningWorker;
let model: VisionLanguageModel;
let sha: string;

beforeAll(async () => {
  await shareWorldCache();
  await registerModelFolder(FOLDER, { slug: SLUG, title: "Tiny" });
  const sae = await registerSaeFolder(`${FOLDER}/saes/4-res-4k`, {
    ...{ model: SLUG, slug: "4-res-4k", site: "layers.4.resid_post" },
  });
  const zero = { densityImage: 0, densityText: 0, imageShare: 0, mean: 1, std: 1, nFiring: 1 };
  await db().feature.createMany({
    data: Array.from({ length: 400 }, (_, index) => ({
      ...{
        saeId: sae.id,
        index,
        status: "pending",
        max: 40,
        aRef: 25,
        density: 0.01 + index / 1e5,
        flags: [],
        tags: [],
      },
      ...{ ...zero, histogram: {}, neighbours: [] },
    })),
  });
  worker = await startWorker(registry, ["interactive", "batch"]);
  const source = { kind: "world", split: "test", from: 0, images: 10, texts: 6 } as const;
  const { id } = await startIngest({ dataset: "scenes", source });
  await waitFor("the ingest", async () => (await getRun(id)).state === "done", 60_000);
  const dataset = await db().dataset.findFirstOrThrow();
  await db().sae.update({ where: { id: sae.id }, data: { datasetId: dataset.id } });
  model = await openLanguageModel(FOLDER);
  const data = Uint8Array.from({ length: 112 * 112 * 3 }, (_, i) => (i * 7) % 251);
  const png = await encodePng({ width: 112, height: 112, data });
  const request = new Request("http://localhost/api/v1/images", { method: "POST", body: new Uint8Array(png) });
  const uploaded = await upload(request, { params: Promise.resolve({}) });
  expect(uploaded.status).toBe(201);
  sha = ((await uploaded.json()) as { sha: string }).sha;
}, 120_000);

afterAll(async () => {
  await worker.stop();
  await model.dispose();
});

const post = (route: typeof postSteer, body: object, headers = {}) =>
  answer(route, "/steer", { method: "POST", body, headers });

async function finished<T>(started: Awaited<ReturnType<typeof post>>): Promise<T> {
  expect(started.status, started.text).toBe(202);
  expect(started.response.headers.get("location")).toBe(`/api/v1/runs/${started.json.id}`);
  await waitFor("the run", async () => !["queued", "running"].includes((await getRun(started.json.id)).state), 60_000);
  const run = await getRun(started.json.id);
  expect(run.error).toBeNull();
  return (await getRunResult(run.id)) as T;
}

describe("POST /steer", () => {
  it("answers plainly and steered, with doses, controls and what changed where it should not", async () => {
    const started = await post(postSteer, {
      ...base,
      steering: [{ feature: `4-res-4k/${FEATURE}`, strength: 4 }],
      ...{
        doses: [-1, 0, 1, 3],
        controls: ["random", "sae", "feature"],
        controlSeeds: 3,
        offTarget: true,
        maxTokens: 16,
      },
    });
    const result = steerResultSchema.parse(await finished<SteerResult>(started));
    const [plain] = await model.generateBatch([base as never], { maxTokens: 16 });
    const by = new Map(result.frames.map((frame) => [frame.lane, frame]));
    expect(by.get("baseline")!.text).toBe(plain!.text);
    expect(by.get("dose:0")).toMatchObject({ text: plain!.text, effect: 0, normShare: 0 });
    expect(by.get("dose:+1")!.text).toBe(by.get("steered")!.text);
    expect(by.get("steered")!.text).not.toBe(plain!.text);
    // 3 doses other than 0, three seeds; one other feature; the SAE alone.
    expect(result.frames.filter(({ control }) => control === "random")).toHaveLength(9);
    expect(result.frames.filter(({ control }) => control === "feature")).toHaveLength(3);
    expect(by.get("sae")!.normShare).toBeGreaterThan(0);
    const [one, three] = [by.get("dose:+1")!, by.get("dose:+3")!];
    expect(three.normShare).toBeGreaterThan(one.normShare);
    expect(three.effect!).toBeGreaterThan(one.effect!);
    expect(one.effect!).toBeGreaterThan(0);
    for (const frame of result.frames.filter(({ control, dose }) => control === "random" && dose === 1)) {
      // Not equal: what the model goes on to say has other norms.
      expect(Math.abs(frame.normShare / one.normShare - 1)).toBeLessThan(0.5);
    }
    expect(by.get("dose:0")!.offTarget).toMatchObject({ kl: 0, changed: 0, others: 0 });
    expect(three.offTarget!.n).toBeGreaterThan(2);
    expect(three.offTarget!.kl).toBeGreaterThan(one.offTarget!.kl);
    expect(result.specific.to === null || result.specific.to >= 1).toBe(true);
    expect(result.firstTokenMs).toBeGreaterThan(0);
    const events = await db().runEvent.findMany({
      where: { runId: started.json.id, type: "token" },
      orderBy: { seq: "asc" },
    });
    const text = (lane: string) =>
      events
        .flatMap(({ data }) => ((data as { lane: string }).lane === lane ? [(data as { text: string }).text] : []))
        .join("");
    expect(text("baseline")).toBe(plain!.text);
    expect(text("dose:+3")).toBe(three.text);
  });

  it("watches two answers, with an image, and waits where it is preferred", async () => {
    const body = {
      ...{ model: SLUG, messages: [{ role: "user", content: "is there a dog?" }], image: sha, maxTokens: 4 },
      ...{ steering: [{ feature: `4-res-4k/${FEATURE}`, strength: 2, where: { positions: "image" } }] },
      watch: { answer: "yes", against: "no" },
    };
    const { status, json } = await post(postSteer, body, { prefer: "wait=20" });
    expect(status).toBe(200);
    const { frames } = steerResultSchema.parse(json.result);
    for (const { watch } of frames) expect(watch!.gap).toBeCloseTo(watch!.answer - watch!.against, 5);
    expect(frames[1]!.effect).toBeCloseTo(frames[1]!.watch!.gap - frames[0]!.watch!.gap, 5);
  });

  it("serves ten runs in turn and loses none; one that is cancelled stays so", async () => {
    const started = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        post(postSteer, { ...base, steering: [{ feature: `4-res-4k/${i}`, strength: 1 }], maxTokens: 6, seed: i }),
      ),
    );
    const cancelled = await post(postSteer, {
      ...base,
      ...{ steering: [{ feature: "4-res-4k/3", strength: 100 }], maxTokens: 512, doses: [1, 2, 3] },
    });
    await cancelRun(cancelled.json.id);
    const results = await Promise.all(started.map((one) => finished<SteerResult>(one)));
    expect(new Set(results.map(({ frames }) => frames[0]!.text)).size).toBe(1);
    await waitFor(
      "quiet",
      async () => (await db().run.count({ where: { state: { in: ["queued", "running"] } } })) === 0,
    );
    expect((await getRun(cancelled.json.id)).state).toBe("cancelled");
  });

  it.each([
    [{ steering: [] }, 400],
    [{ steering: [{ feature: "4-res-4k/99999" }] }, 404],
    [{ steering: [{ feature: "4-res-4k/3" }], image: "0".repeat(64) }, 404],
    [{ model: "nobody" }, 404],
    [{ steering: [{ feature: "4-res-4k/3", method: "twist" }] }, 400],
  ])("refuses %j with %i", async (change, status) => {
    const body = { ...base, steering: [{ feature: "4-res-4k/3" }], ...change };
    expect(await post(postSteer, body)).toMatchObject({ status, json: { code: expect.any(String) } });
  });
});

describe("POST /trace", () => {
  const question = { model: SLUG, messages: [{ role: "user", content: "is there a dog?" }], in: ["4-res-4k"] };

  it("shares the gap out among features, error and bias, and checks the largest by running without them", async () => {
    const result = traceResultSchema.parse(
      await finished<TraceResult>(await post(postTrace, { ...question, image: sha, answer: "yes", against: "no" })),
    );
    const [site] = result.sites;
    expect(site!.features + site!.error + site!.bias).toBeCloseTo(site!.identity, 3);
    expect(result.form).toBe("logit");
    expect(result.answer.logprob - result.against.logprob).toBeCloseTo(result.gap, 3);
    const checked = result.causes.filter(({ ref, ablated }) => ref !== null && ablated !== null);
    expect(checked).toHaveLength(100);
    expect(site!.agreement!.topDecile!).toBeGreaterThan(0.9);
    const sizes = result.causes.map(({ estimate }) => Math.abs(estimate));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(Buffer.from(site!.grid!, "base64")).toHaveLength(196);
    const { image, question: words, special } = site!.bySource;
    expect(image + words + special).toBeCloseTo(site!.features, 3);
    expect(site!.perToken.reduce((sum, value) => sum + value, 0)).toBeCloseTo(site!.features + site!.error, 3);
    expect(result.gains.length).toBeGreaterThan(5);
    expect(site!.together.map(({ n }) => n)).toEqual([1, 2, 5, 10, 20]);
    expect(result.causes.filter(({ ref }) => ref === null)).toHaveLength(1);
  });

  it("proposes the answers, compares longer ones, integrates, and finds causes without a gradient", async () => {
    const proposed = await finished<TraceResult>(await post(postTrace, { ...question, verifyTop: 5 }));
    expect(proposed.answer.ids).toEqual([proposed.likely[0]!.id]);
    expect(proposed.against.ids).toEqual([proposed.likely[1]!.id]);
    expect(proposed.gap).toBeGreaterThan(0);
    const answers = { answer: "no, there is none", against: "yes, there is one", verifyTop: 20 };
    const longer = await finished<TraceResult>(await post(postTrace, { ...question, ...answers }));
    expect(longer.form).toBe("sequence");
    expect(longer.gap).toBeCloseTo(longer.answer.logprob - longer.against.logprob, 3);
    expect(longer.sites[0]!.agreement!.pearson!).toBeGreaterThan(0.8);
    const ig = await finished<TraceResult>(await post(postTrace, { ...question, method: "integrated", verifyTop: 20 }));
    expect(ig.sites[0]!.agreement!.pearson!).toBeGreaterThan(0.8);
    const halves = await finished<TraceResult>(
      await post(postTrace, { ...question, method: "halving", verifyTop: 10 }),
    );
    expect(halves.method).toBe("halving");
    const top = proposed.causes
      .filter(({ ref }) => ref)
      .slice(0, 10)
      .map(({ ref, position }) => `${ref}@${position}`);
    const found = halves.causes
      .filter(({ estimate }) => estimate !== 0)
      .map(({ ref, position }) => `${ref}@${position}`);
    expect(top.filter((name) => found.includes(name)).length).toBeGreaterThan(2);
  });

  it("refuses equal answers and unknown SAEs", async () => {
    const { status, json } = await post(postTrace, { ...question, answer: "no", against: "no" }, { prefer: "wait=10" });
    expect(status).toBe(202);
    expect(json.error).toMatchObject({ code: "ANSWERS_EQUAL", status: 422 });
    expect((await post(postTrace, { ...question, in: ["nothing"] })).status).toBe(404);
  });
});

describe("POST /steer/search", { timeout: 90_000 }, () => {
  const prompt = (content: string, wanted: string, unwanted: string) => ({
    ...{ messages: [{ role: "user", content }], image: sha, wanted, unwanted },
  });

  it("finds edits that turn answers round, tries them on held-out prompts, and names what others would have done", async () => {
    const questions = ["is there a dog?", "is there a cat?", "is there a bus?"];
    const gaps = await Promise.all(
      questions.map(async (question) => {
        const [found] = await model.generateBatch([{ messages: [{ role: "user", content: question }] }], {
          maxTokens: 1,
        });
        return found!.text.includes("yes") ? ["no", "yes"] : ["yes", "no"];
      }),
    );
    const all = questions.map((question, i) => prompt(question, gaps[i]![0]!, gaps[i]![1]!));
    const started = await post(postSearch, {
      ...{ model: SLUG, in: "4-res-4k", fit: all.slice(0, 2), heldOut: all, controls: 3 },
      limits: { kl: 20, changed: 1, edits: 3 },
    });
    const result = searchResultSchema.parse(await finished<SearchResult>(started));
    expect(result.fit.n).toBe(2);
    expect(result.fit.after).toBeGreaterThanOrEqual(result.fit.before);
    const missing = result.curve.map(({ solved }) => solved);
    expect(missing).toEqual([...missing].sort((a, b) => a - b));
    expect(result.found).toBe(result.fit.after === 2 && result.steering.length > 0);
    expect(result.steering.length).toBeGreaterThan(0);
    expect(result.offTarget.n).toBeGreaterThan(3);
    expect(result.heldOut!.n).toBe(3);
    expect(result.controls!.random).toHaveLength(3);
    expect(result.baselines.map(({ name }) => name)).toContain("instruction");
    // What was found can be used as it stands.
    const steered = await post(postSteer, {
      ...base,
      steering: result.steering.map(({ label: _, ...one }) => one),
      maxTokens: 4,
    });
    await finished(steered);
  });

  it("asks stored questions, takes the mistakes, and holds later pictures out", async () => {
    const ask = (questions: object) =>
      post(postSearch, {
        model: SLUG,
        in: "4-res-4k",
        questions,
        controls: 1,
        limits: { kl: 20, changed: 1, edits: 1 },
      });
    const result = searchResultSchema.parse(
      await finished<SearchResult>(await ask({ kind: "present", mend: "no", fit: 2, heldOut: 4 })),
    );
    const { asked, mistakes, fit, heldOut } = result.questions!;
    expect(result.fit.n).toBe(fit);
    expect(result.heldOut!.n).toBe(heldOut);
    expect(mistakes).toBeGreaterThan(0);
    expect(asked).toBeGreaterThan(mistakes);
    const none = await ask({ kind: "nothing of this sort" });
    await waitFor("the run", async () => (await getRun(none.json.id)).state === "failed", 60_000);
    expect((await getRun(none.json.id)).error).toMatchObject({ code: "NOT_FOUND" });
    const { status, json } = await post(postSearch, { model: SLUG, in: "4-res-4k" });
    expect([status, json.errors[0].path]).toEqual([400, "fit"]);
  });

  it("does nothing beyond its limits, and says so", async () => {
    const limits = { kl: 0, changed: 0, edits: 1 };
    const fit = [prompt("describe the image.", "zzz", "qqq")];
    const result = await finished<SearchResult>(await post(postSearch, { model: SLUG, in: "4-res-4k", fit, limits }));
    expect(result.found ? result.steering : []).toEqual([]);
    expect(result.offTarget.kl).toBe(0);
  });
});

describe("a study", { timeout: 90_000 }, () => {
  it("measures estimates of causes against taking them out", async () => {
    await db().sae.updateMany({ data: { status: "collected", evidence: "test" } });
    const { id } = await startRun(studyJob, { name: "attribution", n: 2 });
    await waitFor("the study", async () => (await getRun(id)).state === "done", 60_000);
    const { figures } = studyResultSchema.parse(await getRunResult(id));
    expect(figures.find(({ label }) => label.includes("tenth"))!.value!).toBeGreaterThan(0.8);
    expect(figures[0]!.n).toBe(200);
  });
});
