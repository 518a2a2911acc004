import { beforeAll, describe, expect, it } from "vitest";
import { GET as getShown } from "@/app/api/v1/explanations/[id]/shown/route";
import { GET as getExemplars } from "@/app/api/v1/features/[model]/[sae]/[index]/exemplars/route";
import { GET as getFeature } from "@/app/api/v1/features/[model]/[sae]/[index]/route";
import { GET as getRandom } from "@/app/api/v1/features/[model]/[sae]/random/route";
import { GET as getList } from "@/app/api/v1/features/[model]/[sae]/route";
import { GET as getModels } from "@/app/api/v1/models/route";
import { GET as getSae } from "@/app/api/v1/saes/[model]/[sae]/route";
import { GET as getSaes } from "@/app/api/v1/saes/route";
import { GET as getSearch } from "@/app/api/v1/search/route";
import { GET as getImage } from "@/app/i/[sha]/[file]/route";
import { sha256 } from "@/lib/core/hash";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { copyRows } from "@/lib/db/copy";
import { decodeImage, encodePng } from "@/lib/media/image";
import { blobs } from "@/lib/storage/blobs";
import { answer } from "../helpers/call-route";
import { makeFeatures } from "../helpers/feature-rows";

const at = { model: "m", sae: "s" };
let sha: string;

beforeAll(async () => {
  const saeId = await makeFeatures("m", "s", [
    { index: 3, label: "fries" },
    { index: 4, status: "dead" },
  ]);
  const pixels = await encodePng({ width: 300, height: 200, data: new Uint8Array(300 * 200 * 3).fill(90) });
  sha = sha256(pixels);
  await blobs().put(`images/${sha}`, pixels);
  const dataset = await db().dataset.create({
    data: {
      id: newId("dataset"),
      slug: "d",
      title: "d",
      licence: "CC0",
      source: "test",
      hash: "h",
      config: {},
      tags: {},
    },
  });
  const sample = await db().sample.create({
    data: {
      datasetId: dataset.id,
      ordinal: 0,
      sha,
      kind: "image",
      width: 300,
      height: 200,
      caption: "a grey field",
      tags: ["grey"],
    },
  });
  const common = {
    saeId,
    index: 3,
    sampleId: sample.id,
    pool: "explain",
    mean: 1,
    area: 0.5,
    scale: 4,
    offset: 0,
    why: null,
  };
  await copyRows("exemplars", [
    { ...common, band: "top", rank: 1, peak: 4, peakAt: 2, grid: Uint8Array.of(0, 10, 255, 0), tokens: [] },
    { ...common, band: "top", rank: 2, peak: 2, peakAt: 1, grid: Uint8Array.of(0, 128), tokens: ["hot", " fries"] },
    { ...common, band: "b5", rank: 1, peak: 3, peakAt: 0, grid: Uint8Array.of(190, 0, 0, 0), tokens: [] },
  ]);
});

describe("feature reads", () => {
  it("answers one feature with its first band, placed on the image", async () => {
    const { status, json, response } = await answer(getFeature, "/features/m/s/3", { params: { ...at, index: "3" } });
    expect(status).toBe(200);
    expect(json).toMatchObject({
      ref: "m/s/3",
      label: { text: "fries", status: "explained" },
      aRef: 3.5,
      versions: { sae: "01234567", evidence: "77b0e4d1" },
    });
    expect(json.exemplars.items[0]).toMatchObject({
      peakAt: [1, 0],
      grid: "AAr/AA==",
      image: { sha, alt: "a grey field" },
    });
    expect(json.exemplars.items[1]).toMatchObject({ peakAt: 1, tokens: ["hot", " fries"], image: null });
    expect(json.geometries[0]).toMatchObject({ rows: 2, cols: 2, affine: [300, 0, 0, 200, 0, 0] });
    const again = await answer(getFeature, "/features/m/s/3", {
      params: { ...at, index: "3" },
      headers: { "if-none-match": response.headers.get("etag") ?? "" },
    });
    expect(again.status).toBe(304);
  });
  it("answers a band, by modality, with its range", async () => {
    const band = await answer(getExemplars, "/features/m/s/3/exemplars?band=b5", { params: { ...at, index: "3" } });
    expect(band.json.band).toEqual({ id: "b5", lo: 2.8, hi: 3.5, share: 0.1, n: 2 });
    expect(band.json.items).toHaveLength(1);
    const text = await answer(getExemplars, "/features/m/s/3/exemplars?modality=text", {
      params: { ...at, index: "3" },
    });
    expect(text.json.items.map((i: { rank: number }) => i.rank)).toEqual([2]);
    const bad = await answer(getExemplars, "/features/m/s/3/exemplars?band=b9", { params: { ...at, index: "3" } });
    expect(bad.json).toMatchObject({ status: 400, code: "INVALID_INPUT", errors: [{ path: "band" }] });
  });
  it("answers what an explainer was shown, with the answers, and that of the feature an explanation was taken over from", async () => {
    const { id: saeId } = await db().sae.findFirstOrThrow({ where: { slug: "s" } });
    const { id: sampleId } = await db().sample.findFirstOrThrow({ where: { sha } });
    const answers = [{ question: "What is here?", answer: "fries" }];
    const evidence = {
      exemplars: [
        { sampleId, band: "top", rank: 2, kind: "text", answers: [] },
        { sampleId, band: "top", rank: 1, kind: "image", answers },
        { sampleId: sampleId + 1, band: "top", rank: 3, kind: "image", answers },
      ],
      support: [],
      runnersUp: [],
    };
    const cost = { calls: 1, promptTokens: 9, completionTokens: 2, ms: 30 };
    const said = { saeId, status: "explained", text: "fries", explainer: "self", promptVersion: "1", cost };
    await db().explanation.create({ data: { ...said, id: "xa", index: 3, evidence } });
    await db().explanation.create({ data: { ...said, id: "xb", index: 4, evidence: { ...evidence, sameAs: 3 } } });
    for (const id of ["xa", "xb"]) {
      const { json } = await answer(getShown, `/explanations/${id}/shown`, { params: { id } });
      expect(json).toMatchObject({ n: 3, aRef: 3.5, geometries: [{ rows: 2, cols: 2 }] });
      expect(json.items).toHaveLength(2);
      expect(json.items[0]).toMatchObject({ exemplar: { tokens: ["hot", " fries"] }, answers: [] });
      expect(json.items[1]).toMatchObject({ exemplar: { image: { sha }, band: "top" }, answers });
    }
    const copied = await answer(getFeature, "/features/m/s/4", { params: { ...at, index: "4" } });
    expect(copied.json.explanations[0]).toMatchObject({ sameAs: 3, cost, kind: null, sentence: null });
    expect(copied.json.explanations[0]).not.toHaveProperty("translations");
    await db().explanation.deleteMany();
    expect((await answer(getShown, "/explanations/xa/shown", { params: { id: "xa" } })).status).toBe(404);
  });
  it("says what is missing", async () => {
    const { json } = await answer(getFeature, "/features/m/s/99", { params: { ...at, index: "99" } });
    expect(json).toMatchObject({ status: 404, code: "NOT_FOUND", detail: "There is no feature m/s/99." });
  });
  it("lists, picks at random, searches, and names models and SAEs", async () => {
    const list = await answer(getList, "/features/m/s?status=-dead", { params: at });
    expect(list.json).toMatchObject({
      total: 1,
      items: [{ ref: "m/s/3", scores: { detection: null } }],
      nextCursor: null,
    });
    expect((await answer(getRandom, "/features/m/s/random?seed=1", { params: at })).json).toEqual({ items: ["m/s/3"] });
    expect((await answer(getSearch, "/search?q=fries")).json).toMatchObject({
      total: 1,
      degraded: "meaning",
      items: [{ ref: "m/s/3" }],
    });
    expect((await answer(getModels, "/models")).json.items[0]).toMatchObject({ slug: "m", saes: [{ ref: "m/s" }] });
    expect((await answer(getSae, "/saes/m/s", { params: at })).json.counts).toEqual({ explained: 1, dead: 1 });
    const saes = (await answer(getSaes, "/saes")).json.items;
    expect(saes[0]).toMatchObject({ ref: "m/s", figures: { all: { ce_recovered_zero: null } }, monosemanticity: null });
  });
});

describe("images", () => {
  const get = (file: string, name = sha) =>
    getImage(new Request(`http://localhost/i/${name}/${file}`), { params: Promise.resolve({ sha: name, file }) });
  it("shrinks once, never enlarges, and may be kept for ever", async () => {
    const small = await get("96.webp");
    expect(small.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    const image = await decodeImage(new Uint8Array(await small.arrayBuffer()));
    expect([image.width, image.height]).toEqual([96, 64]);
    expect(await blobs().has(`thumbs/${sha}-96.webp`)).toBe(true);
    const large = await get("512.webp");
    expect(large.headers.get("content-type")).toBe("image/png");
  });
  it("answers 404 to what it does not hold", async () => {
    expect((await get("97.webp")).status).toBe(404);
    expect((await get("96.webp", "0".repeat(64))).status).toBe(404);
    expect((await get("96.webp", "../../etc/passwd")).status).toBe(404);
  });
});
