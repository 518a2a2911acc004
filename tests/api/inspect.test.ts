import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { POST as postInspect } from "@/app/api/v1/inspect/route";
import { GET as getCodes } from "@/app/api/v1/runs/[id]/codes/route";
import { POST as postQuery } from "@/app/api/v1/runs/[id]/query/route";
import { parseCodes, queryRegion, valuesOf } from "@/lib/inspect/codes/format";
import { SHARE_UNIT, sharesOf, sumShares } from "@/lib/inspect/explained/format";
import { maskFromCells, positionOfCell, positionsWhere } from "@/lib/inspect/region/format";
import { type InspectResult, inspectResultSchema } from "@/lib/inspect/schema";
import { type RunningWorker, startWorker } from "@/lib/jobs/worker";
import { openLanguageModel } from "@/lib/model/open";
import type { TapInput, VisionLanguageModel } from "@/lib/model/types";
import { getRun, getRunResult } from "@/lib/runs/data";
import { encode } from "@/lib/sae/encode";
import { decode, rowErrors } from "@/lib/sae/sae";
import { loadSae } from "@/lib/sae/sparsify";
import { registry } from "@/workers/registry";
import { FOLDER, IMAGE, registerBuiltIn, SAE, SITE, storeImage } from "../helpers/built-in";
import { answer } from "../helpers/call-route";
import { waitFor } from "../helpers/wait-for";

const FLAGGED = 11;

const asked: TapInput = {
  messages: [{ role: "user", content: "what is this?", image: true }],
  image: IMAGE,
};

let worker: RunningWorker;
let model: VisionLanguageModel;
let sha: string;
let run: string;
let result: InspectResult;

beforeAll(async () => {
  await registerBuiltIn((index) => ({
    density: (index % 7) / 100,
    flags: index % FLAGGED === 0 ? ["position"] : [],
  }));
  worker = await startWorker(registry, ["interactive"]);
  model = await openLanguageModel(FOLDER);
  sha = await storeImage();
  const started = await inspect({ in: [SAE], image: sha, text: "what is this?", maxTokens: 12 });
  expect(started.status, started.text).toBe(202);
  expect(started.response.headers.get("location")).toBe(`/api/v1/runs/${started.json.id}`);
  run = started.json.id;
  result = inspectResultSchema.parse(await finished(run));
}, 120_000);

afterAll(async () => {
  await worker.stop();
  await model.dispose();
});

const inspect = (body: object) => answer(postInspect, "/inspect", { method: "POST", body });
const query = (id: string, body: object) =>
  answer(postQuery, `/runs/${id}/query`, { method: "POST", body, params: { id } });

async function finished(id: string): Promise<unknown> {
  await waitFor("the run", async () => !["queued", "running"].includes((await getRun(id)).state), 60_000);
  expect((await getRun(id)).error).toBeNull();
  return getRunResult(id);
}

async function codesOf(id: string) {
  const { response } = await bytes(id);
  return parseCodes(await response.arrayBuffer());
}

async function bytes(id: string) {
  const response = await getCodes(new Request(`http://localhost/api/v1/runs/${id}/codes`), {
    params: Promise.resolve({ id }),
  });
  return { response };
}

describe("POST /inspect", () => {
  it("stores the codes that the SAE gives at every position, on a scale of bytes", async () => {
    const [tap] = await model.tap([asked], SITE);
    const expected = await encode(tap!.acts, await loadSae(`${FOLDER}/saes/4-res-4k`));
    const { response } = await bytes(run);
    expect(response.headers.get("cache-control")).toContain("immutable");
    const codes = parseCodes(await response.arrayBuffer());
    let seen = 0;
    for (let t = 0; t < expected.index.length; t++) {
      const value = expected.value[t]!;
      if (value <= 0) continue;
      seen++;
      const [feature, position] = [expected.index[t]!, Math.floor(t / expected.k)];
      const i = codes.feature.indexOf(feature);
      expect(Math.abs((valuesOf(codes, feature).get(position) ?? 0) - value)).toBeLessThanOrEqual(
        Math.max(codes.scale[i]! / 255, value / 500),
      );
    }
    expect(codes.q.length).toBe(seen);
    expect(result.tokens.map(({ kind }) => kind)).toEqual(tap!.tokens.map(({ kind }) => kind));
    expect(positionOfCell(result)).toHaveLength(result.geometry!.rows * result.geometry!.cols);
  });

  it("keeps what each feature explains: taking it out raises what the SAE misses by exactly that share", async () => {
    const [tap] = await model.tap([asked], SITE);
    const sae = await loadSae(`${FOLDER}/saes/4-res-4k`);
    const all = await encode(tap!.acts, sae);
    const codes = await codesOf(run);
    const [, second, third] = result.saes[0]!.overall;
    for (const { index: feature } of [second!, third!]) {
      const without = { ...all, value: all.value.map((z, t) => (all.index[t] === feature ? 0 : z)) };
      const missed = rowErrors(tap!.acts, decode(without, sae));
      const shares = sharesOf(codes, feature);
      expect(shares.size).toBeGreaterThan(0);
      for (const [position, share] of shares) {
        const rise = missed[position]! / codes.energy![position]! - result.saes[0]!.unexplained[position]!;
        expect(Math.abs(rise - share)).toBeLessThan(SHARE_UNIT);
      }
      const within = new Uint8Array(result.tokens.length).fill(1);
      const total = (of: (position: number) => number) =>
        result.tokens.reduce((sum, _, p) => sum + of(p) * codes.energy![p]!, 0);
      const rises = total((p) => missed[p]! / codes.energy![p]! - result.saes[0]!.unexplained[p]!) / total(() => 1);
      expect(sumShares(codes, feature, within)!.all).toBeCloseTo(rises, 4);
    }
  });

  it("names what leads, what the SAE misses, and the answer of the model with its likeliest tokens", async () => {
    const [sae] = result.saes;
    const shares = sae!.overall.map(({ peak, aRef }) => peak / aRef);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(sae!.overall.length).toBeLessThanOrEqual(200);
    expect(sae!.perPosition.every((own) => own.length <= 8)).toBe(true);
    expect(sae!.unexplained).toHaveLength(result.tokens.length);
    expect(sae!.unexplained.every((x) => x >= 0 && Number.isFinite(x))).toBe(true);
    const [plain] = await model.generateBatch([asked], { maxTokens: 12 });
    expect(result.answer!.text).toBe(plain!.text);
    for (const token of result.answer!.tokens) expect(token.logprob).toBeCloseTo(token.top[0]!.logprob, 3);
  });

  it("answers an equal request with the run that exists, and refuses SAEs of two models and an empty request", async () => {
    expect((await inspect({ in: [SAE], image: sha, text: "what is this?", maxTokens: 12 })).json.id).toBe(run);
    expect((await inspect({ in: [SAE, "other/1-res"], image: sha })).json).toMatchObject({ code: "INVALID_INPUT" });
    expect((await inspect({ in: [SAE] })).status).toBe(400);
    expect((await inspect({ in: [SAE], image: "0".repeat(64) })).status).toBe(404);
  });
});

describe("POST /runs/{id}/query", () => {
  const bits = (cells: readonly number[]) => {
    const out = Buffer.alloc(Math.ceil((result.geometry!.rows * result.geometry!.cols) / 8));
    for (const c of cells) out[c >> 3]! |= 0x80 >> (c & 7);
    return out.toString("base64url");
  };

  it("ranks as the browser does, against all else or against B", async () => {
    const codes = await codesOf(run);
    const mask = (cells: readonly number[]) =>
      maskFromCells(
        result,
        Uint8Array.from({ length: result.geometry!.rows * result.geometry!.cols }, (_, c) =>
          cells.includes(c) ? 1 : 0,
        ),
      );
    for (const [a, b, sort] of [
      [[3, 4, 17], undefined, "specificity"],
      [[3, 4, 17], [40, 41], "strength"],
      [[100], [3], "rarity"],
    ] as const) {
      const expected = queryRegion(codes, {
        ...{ a: mask(a), b: b && mask(b), sort, within: positionsWhere(result, "image") },
      });
      const { json } = await query(run, { a: bits(a), ...(b ? { b: bits(b) } : {}), sort, limit: 20 });
      expect(json.items.map(({ ref }: { ref: string }) => ref)).toEqual(
        expected.slice(0, 20).map(({ feature }) => `${SAE}/${feature}`),
      );
      expect(json.items[0].score).toBeCloseTo(expected[0]!.score, 6);
    }
  });

  it("leaves out flagged features and takes words by their positions", async () => {
    const { json } = await query(run, { a: bits([60, 61]), exclude: ["position"], limit: 200 });
    const numbers = json.items.map(({ ref }: { ref: string }) => Number(ref.split("/").at(-1)));
    expect(numbers.length).toBeGreaterThan(5);
    expect(numbers.some((index: number) => index % FLAGGED === 0)).toBe(false);
    const word = result.tokens.findIndex(({ kind, text }) => kind === "text" && text.includes("this"));
    const told = await query(run, { a: [word] });
    expect(told.json.items.length).toBeGreaterThan(0);
  });

  it("tells what is wrong with a region that does not fit", async () => {
    const { status, json } = await query(run, { a: "AAAw" });
    expect(status).toBe(400);
    expect(json).toMatchObject({
      code: "BAD_REGION",
      detail: "The mask has 24 cells; view base has 14 x 14 = 196 (25 bytes).",
      errors: [{ path: "a", message: "expected 25 bytes, got 3" }],
    });
    expect((await query(run, { a: [9999] })).json).toMatchObject({ code: "BAD_REGION" });
    expect((await query("rnothing", { a: [0] })).status).toBe(404);
  });

  it("answers 409 while the inspection is not done, and words alone have no cells", async () => {
    const started = await inspect({ in: [SAE], text: "fries are salty" });
    expect((await query(started.json.id, { a: [0] })).json).toMatchObject({ status: 409, code: "RUN_NOT_DONE" });
    const read = inspectResultSchema.parse(await finished(started.json.id));
    expect(read.answer).toBeNull();
    expect(read.geometry).toBeNull();
    expect((await query(started.json.id, { a: "AAAw" })).json).toMatchObject({ code: "BAD_REGION" });
  });
});
