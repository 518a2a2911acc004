import { beforeAll, describe, expect, it } from "vitest";
import { startExplain, startScore, writeExplanations } from "@/lib/autointerp/mutations";
import { type DetectionReceipt, type ExplanationEvidence, SCORERS } from "@/lib/autointerp/schema";
import { balancedAccuracy } from "@/lib/autointerp/statistics";
import type { ExplainPass, ExplainResult, ScoreResult } from "@/lib/autointerp/types";
import { startIngest } from "@/lib/datasets/mutations";
import type { ImageTruth } from "@/lib/datasets/schema";
import { db } from "@/lib/db/client";
import type { CollectResult } from "@/lib/exemplars/job";
import { startCollect } from "@/lib/exemplars/mutations";
import type { FeatureHistogram, Relations, Twin } from "@/lib/exemplars/schema";
import { cancelRun } from "@/lib/jobs/control";
import { drainQueue } from "@/lib/jobs/worker";
import type { MapRunResult } from "@/lib/map/job";
import { startMap } from "@/lib/map/mutations";
import type { SaeMap } from "@/lib/map/schema";
import { findMeasurable, readMeasured } from "@/lib/measure/data";
import { startMeasure } from "@/lib/measure/mutations";
import type { MeasureResult } from "@/lib/measure/types";
import { blobs } from "@/lib/storage/blobs";
import type { TrainResult } from "@/lib/training/job";
import { startCache, startTrain } from "@/lib/training/mutations";
import { registerModelFolder } from "@/lib/training/register";
import { handleExplain } from "@/workers/handlers/autointerp-explain";
import { registry } from "@/workers/registry";
import { resetEnvironment } from "../helpers/call-route";
import { startChatServer } from "../helpers/chat-server";
import { compareAccounts } from "../helpers/compare-accounts";
import { shareWorldCache } from "../helpers/world-cache";

const MODEL = "tiny-llava-random";
const SITE = "layers.0.resid_post";
const at = { model: MODEL, dataset: "scenes", site: SITE };

/** Does a run to its end and returns its row; the error is shown when it failed. */
async function finish<T = Record<string, unknown>>(started: Promise<{ id: string }>): Promise<T> {
  const { id } = await started;
  await drainQueue(registry);
  const run = await db().run.findUniqueOrThrow({ where: { id } });
  expect(run.error).toBeNull();
  expect(run.state).toBe("done");
  return run.result as T;
}

let saeId: string;

beforeAll(async () => {
  await shareWorldCache();
  await registerModelFolder(`tests/fixtures/${MODEL}`, { slug: MODEL, title: "Random" });
  const source = { kind: "world", split: "test", from: 0, images: 30, texts: 12 } as const;
  await finish(startIngest({ dataset: "scenes", source }));
}, 120_000);

describe("the pipeline on a tiny model", () => {
  it("caches activations of every sample, once", async () => {
    const result = await finish(startCache(at));
    expect(result).toMatchObject({ examples: 42 });
    expect(result.imageRows).toBe(30 * 16);
    expect(await finish(startCache(at))).toEqual(result);
  });

  it("trains an SAE on them", async () => {
    const result = await finish<TrainResult>(
      startTrain({ ...at, slug: "small", n: 64, k: 4, steps: 30, batchSize: 256 }),
    );
    saeId = result.saeId;
    const sae = await db().sae.findUniqueOrThrow({ where: { id: saeId } });
    expect(sae).toMatchObject({ n: 64, k: 4, status: "ready", site: SITE });
    expect((sae.metrics as { heldOut: { all: { fvu: number } } }).heldOut.all.fvu).toBeGreaterThan(0);
    expect((sae.curves as unknown[]).length).toBeGreaterThan(0);
  });

  it("trains without a store as well, on what the model says while it goes, and serves by threshold", async () => {
    const started = startTrain({
      ...at,
      slug: "live",
      architecture: "matryoshka",
      source: "model",
      n: 64,
      k: 4,
      steps: 12,
      batchSize: 128,
    });
    const { fvu, l0 } = await finish<TrainResult>(started);
    expect(fvu).toBeGreaterThan(0);
    expect(Math.abs(l0! - 4)).toBeLessThan(0.5);
    const where = {
      modelId_slug: { modelId: (await db().sae.findUniqueOrThrow({ where: { id: saeId } })).modelId, slug: "live" },
    };
    expect(await db().sae.delete({ where })).toMatchObject({ architecture: "matryoshka" });
  });

  it("measures it part by part, and leaves out what was left out", async () => {
    const asked = { saeId, examples: 3, scenes: 2, images: 20 };
    const result = await finish<MeasureResult>(startMeasure(asked));
    expect(result).toMatchObject({ measured: ["cross-entropy", "concepts", "monosemanticity"], leftOut: [] });
    const { ce, concepts, monosemanticity } = readMeasured((await findMeasurable(saeId)).metrics);
    expect(ce).toMatchObject({ dataset: "scenes", heldOut: true });
    expect(ce?.examples).toBeLessThanOrEqual(3);
    expect(ce?.all.text?.ce.clean).toBeGreaterThan(0);
    expect(concepts).toMatchObject({ scenes: 2, concepts: 0 });
    expect(monosemanticity).toMatchObject({ embedding: "truth", images: 20, heldOut: false });
    const again = await finish<MeasureResult>(startMeasure({ ...asked, examples: 0, images: 0 }));
    expect(again.leftOut).toMatchObject([{ part: "concepts" }]);
  });

  it("collects exemplars with statistics, in one transaction, and not twice", async () => {
    const result = await finish<CollectResult>(startCollect({ saeId, dataset: "scenes" }));
    expect(result.live).toBeGreaterThan(0);
    expect(result.live + result.tooRare + result.dead).toBe(64);
    const features = await db().feature.findMany({ where: { saeId } });
    expect(features).toHaveLength(64);
    for (const feature of features) {
      const histogram = feature.histogram as unknown as FeatureHistogram;
      const fires = histogram.counts.reduce((a, b) => a + b, 0);
      const rows = fires + histogram.zero;
      expect(feature.density).toBeCloseTo(fires / rows, 5);
      const exemplars = await db().exemplar.findMany({
        where: { saeId, index: feature.index },
        orderBy: [{ band: "asc" }, { rank: "asc" }],
      });
      if (feature.status !== "pending") expect(exemplars).toEqual([]);
      for (const e of exemplars) {
        if (e.tokens.length > 0) expect(e.tokens).toHaveLength(e.grid.length);
        else expect(e.grid).toHaveLength(16);
        if (e.band === "miss") expect(Math.max(...e.grid)).toBe(0);
        else expect(e.grid[e.peakAt]).toBe(Math.max(...e.grid));
      }
      if (feature.relations) {
        const { places } = feature.relations as unknown as Relations;
        for (const p of Object.values(places).flat())
          expect([p.n >= 10, p.lo > 1, p.lift >= p.lo]).toEqual([true, true, true]);
      }
      for (const { n, samples } of (feature.twin ?? []) as unknown as Twin) {
        expect(samples.length).toBe(Math.min(2, n));
      }
      const twins = exemplars.filter((e) => e.band === "twin").map((e) => e.sampleId);
      expect(twins).toEqual(((feature.twin ?? []) as unknown as Twin).flatMap((t) => t.samples));
      if (feature.strip) expect(await blobs().has(`strips/${feature.strip}.webp`)).toBe(true);
    }
    expect(await finish(startCollect({ saeId, dataset: "scenes" }))).toHaveProperty("skipped");
  });

  it("explains every live feature with a typed outcome and its evidence, also after an interruption", async () => {
    const live = await db().feature.count({ where: { saeId, status: "pending" } });
    const controller = new AbortController();
    const interrupted = {
      params: { saeId, explainer: "self" },
      run: { id: "interrupted", seed: 0, createdAt: new Date() },
      cursor: null,
      signal: controller.signal,
      progress: () => {},
      saveCursor: async () => controller.abort(new Error("killed")),
      blobs: blobs(),
    } as unknown as Parameters<typeof handleExplain>[0];
    await expect(handleExplain(interrupted)).rejects.toThrow("killed");
    expect(await db().explanation.count({ where: { saeId } })).toBe(Math.min(live, 32));
    await finish(startExplain({ saeId, explainer: "self" }));
    const features = await db().feature.findMany({ where: { saeId } });
    expect(features.filter((f) => f.status === "pending")).toEqual([]);
    const explanations = await db().explanation.findMany({ where: { saeId } });
    expect(explanations.length).toBe(features.filter((f) => !["dead", "too_rare"].includes(f.status)).length);
    for (const e of explanations) expect(e.text !== null).toBe(e.status === "explained");
  });

  it("runs captions on all and questions within a budget, and explains features by number anew", async () => {
    const live = await db().feature.count({ where: { saeId, status: { notIn: ["dead", "too_rare"] } } });
    const { passes } = await finish<ExplainResult>(startExplain({ saeId, budget: { calls: 40 } }));
    expect(passes).toMatchObject([
      { explainer: "captions", features: live, cost: { calls: 0 }, stopped: false },
      { explainer: "pipeline" },
    ]);
    const asked = passes[1] as ExplainPass;
    // The comparison regions were asked about by the run before, and a batch that is under way is finished.
    expect(asked.cost.calls).toBeGreaterThan(0);
    expect(asked.cost.calls).toBeLessThan(40 + 32 * 7);
    expect(asked.stopped).toBe(asked.features < live);
    const by = (explainer: string) =>
      db().explanation.findMany({ where: { saeId, explainer }, orderBy: { index: "asc" } });
    const before = await by("pipeline");
    expect(before).toHaveLength(asked.features);
    const features = [before[0]!.index, before[1]!.index];
    const again = await finish<ExplainResult>(startExplain({ saeId, features }));
    expect(again.passes.map((pass) => pass.features)).toEqual([2, 2]);
    const after = await by("pipeline");
    expect(after.map((e) => e.index)).toEqual(before.map((e) => e.index));
    expect(after.filter((e, i) => e.id !== before[i]!.id).map((e) => e.index)).toEqual(features);
  });

  it("asks an endpoint about what is in doubt after all that, checks its labels, and counts it all", async () => {
    const server = await startChatServer();
    resetEnvironment({ EXPLAINER_BASE_URL: server.url, EXPLAINER_MODEL: "test-model" });
    const waiting = await db().feature.findMany({
      where: { saeId, label: null, status: { notIn: ["dead", "too_rare"] } },
      orderBy: { nFiring: "desc" },
      take: 4,
    });
    const features = waiting.map(({ index }) => index);
    const { passes, account } = await finish<ExplainResult>(startExplain({ saeId, features }));
    await server.close();
    resetEnvironment();
    for (const name of ["EXPLAINER_BASE_URL", "EXPLAINER_MODEL"]) delete process.env[name];
    expect(passes.map((pass) => pass.explainer)).toEqual(["captions", "pipeline", "endpoint"]);
    const made = await db().explanation.findMany({ where: { saeId, explainer: "endpoint" } });
    expect(made.length).toBe(features.length);
    // Of thirty images hardly any feature has enough to be checked: then the evidence says so.
    for (const { promptVersion, evidence } of made) {
      expect(promptVersion).toMatch(/refined/);
      const [first] = (evidence as unknown as ExplanationEvidence).checks!;
      expect(first!.reason === undefined).toBe(first!.n > 0);
    }
    // And one request that tests the connection.
    expect(account?.calls).toBe(passes[2]!.cost.calls + 1);
  });

  it("lays the live features out, the same way each time, and names what it finds", async () => {
    const result = await finish<MapRunResult>(startMap({ saeId }));
    const read = () =>
      db().feature.findMany({
        where: { saeId },
        orderBy: { index: "asc" },
        select: { status: true, x: true, y: true, cluster: true },
      });
    const places = await read();
    const live = places.filter((f) => !["dead", "too_rare"].includes(f.status));
    expect(result.n).toBe(live.length);
    expect(places.filter((f) => f.x !== null)).toHaveLength(live.length);
    for (const { x, y } of live) for (const v of [x, y]) expect(v! >= 0 && v! <= 1).toBe(true);
    const { map } = await db().sae.findUniqueOrThrow({ where: { id: saeId } });
    const { clusters } = map as unknown as SaeMap;
    expect(clusters).toHaveLength(result.clusters);
    expect(map).toMatchObject({ n: live.length, landmarks: Math.min(live.length, 16_384) });
    for (const { id, n } of clusters) expect(places.filter((f) => f.cluster === id)).toHaveLength(n);
    await finish(startMap({ saeId: `${MODEL}/small` }));
    expect(await read()).toEqual(places);
    // Of more features than are laid out the others are placed as well.
    expect(live.length).toBeGreaterThan(32);
    await finish(startMap({ saeId, landmarks: 32 }));
    const placed = (await read()).filter((f) => f.x !== null);
    expect(placed).toHaveLength(live.length);
    for (const { x, y } of placed) for (const v of [x, y]) expect(v! >= 0 && v! <= 1).toBe(true);
    const again = await db().sae.findUniqueOrThrow({ where: { id: saeId } });
    expect(again.map).toMatchObject({ n: live.length, landmarks: 32 });
  });

  it("scores labels on held-out samples, with receipts that recount", async () => {
    // Random weights name nothing, so a label is given by hand, with the support that an explanation would have.
    const feature = await db().feature.findFirstOrThrow({ where: { saeId, nFiring: { gte: 10 } } });
    const samples = await db().sample.findMany({ where: { kind: "image" } });
    const truths = samples.map((sample) => sample.truth as unknown as ImageTruth);
    const color = (truths.find((truth) => truth.theme !== "map") as ImageTruth).background.color;
    const support = [
      {
        term: color,
        kind: "color",
        phrase: `${color} background`,
        hits: 3,
        n: 5,
        contrastHits: 0,
        contrastN: 9,
        lift: 9,
      },
    ];
    const by = { explainer: "self", explainerModel: MODEL, promptVersion: "by-hand" };
    const evidence = { exemplars: [], support, runnersUp: [] } as never;
    const cost = { calls: 0, promptTokens: 0, completionTokens: 0, ms: 0 };
    await writeExplanations(saeId, by, [
      {
        index: feature.index,
        status: "explained",
        text: `${color} background`,
        kind: "colour",
        reason: null,
        evidence,
        cost,
      },
    ]);
    const result = await finish(startScore({ saeId, scorers: ["detection", "iou"] }));
    expect(result.iou).toMatchObject({ scored: expect.any(Number) });
    const iou = await db().score.findFirstOrThrow({ where: { saeId, index: feature.index, scorer: "iou" } });
    expect(iou.value).toBeGreaterThanOrEqual(0);
    expect((iou.lo as number) <= iou.value && iou.value <= (iou.hi as number)).toBe(true);
    const scores = await db().score.findMany({ where: { saeId, scorer: "detection" } });
    for (const { receipts, value } of scores) {
      const read = receipts as unknown as DetectionReceipt[];
      // The value is that of the label's own modality.
      const recounted = ["image", "text"].map((kind) =>
        balancedAccuracy(read.filter((r) => r.item.kind === kind && r.answered !== null) as never),
      );
      expect(recounted.some((r) => r !== null && Math.abs(r - value) < 1e-5)).toBe(true);
    }
    // One feature again by every scorer, with a person's words that can be read back beside the label.
    const asked = { saeId, scorers: [...SCORERS], which: "all" as const, features: [feature.index] };
    const again = await finish<ScoreResult>(startScore(asked));
    expect(Object.keys(again).sort()).toEqual([...SCORERS].sort());
    expect(again.account).toBeUndefined();
    for (const { scored, leftOut } of SCORERS.map((scorer) => again[scorer]!)) {
      expect(scored + leftOut.reduce((sum, { n }) => sum + n, 0)).toBeGreaterThan(0);
    }
    const rows = await db().score.findMany({ where: { saeId, index: feature.index } });
    for (const row of rows) expect(row.explanationId === null).toBe(row.scorer === "intruder");
    // What was scored before and was not asked for again is still there, and nothing is there twice.
    expect(await db().score.count({ where: { saeId, scorer: "detection" } })).toBe(scores.length);
    const kept = [];
    for await (const key of blobs().list("runs/")) kept.push(key);
    expect(kept.filter((key) => key.includes("answers-"))).toEqual([]);
  });

  it("has a model behind an endpoint judge by any words, and counts what it was asked", async () => {
    const server = await startChatServer({
      say: async (question, text) => {
        if (question.startsWith("probe")) return {};
        const tokens = Number(/the (\d+) tokens of a text/.exec(text)?.[1] ?? 0);
        if (tokens > 0) return { activations: Array.from({ length: tokens }, (_, i) => (i === 1 ? 10 : 0)) };
        if (text.includes("one does not belong")) return "3";
        return text.startsWith("Where does") ? { boxes: [[0, 0, 100, 100]] } : "Yes.";
      },
    });
    resetEnvironment({ EXPLAINER_BASE_URL: server.url, EXPLAINER_MODEL: "test-model" });
    const [row] = await db().score.findMany({ where: { saeId, scorer: "detection", n: { gt: 5 } }, take: 1 });
    const { index } = row!;
    const run = await startScore({ saeId, scorers: [...SCORERS], features: [index], judge: "endpoint" });
    const result = await finish<ScoreResult>(Promise.resolve(run));
    resetEnvironment();
    for (const name of ["EXPLAINER_BASE_URL", "EXPLAINER_MODEL"]) delete process.env[name];
    // Who always says yes tells nothing.
    expect(result.detection).toMatchObject({ scored: 1, mean: 0.5 });
    const [score] = await db().score.findMany({ where: { saeId, index, scorer: "detection" } });
    expect((score!.receipts as unknown as DetectionReceipt[]).every((r) => r.answered === true)).toBe(true);
    const account = await compareAccounts(run.id, server);
    await server.close();
    expect(result.account).toMatchObject(account);
    expect(account.calls).toBe(account.answered);
    expect(account.calls).toBeLessThanOrEqual(1 + 40 + 40 + 40 + 32 + 5);
  });

  it("leaves no debris when a run is cancelled", async () => {
    const { id } = await startTrain({ ...at, slug: "never", n: 32, k: 2, steps: 5 });
    await cancelRun(id);
    await drainQueue(registry);
    expect(await db().sae.count({ where: { slug: "never" } })).toBe(0);
  });
});
