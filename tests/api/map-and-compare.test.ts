import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { GET as getCompare } from "@/app/api/v1/compare/route";
import { GET as getVector } from "@/app/api/v1/features/[model]/[sae]/[index]/vector/route";
import { GET as getList } from "@/app/api/v1/features/[model]/[sae]/route";
import { GET as getClusters } from "@/app/api/v1/saes/[model]/[sae]/clusters/route";
import { GET as getIndex } from "@/app/api/v1/saes/[model]/[sae]/columns/[hash]/route";
import { GET as getLatest } from "@/app/api/v1/saes/[model]/[sae]/columns/route";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { copyRows } from "@/lib/db/copy";
import { encodeChunk } from "@/lib/exemplars/code-chunk";
import { codesPrefix } from "@/lib/exemplars/code-store";
import type { SampleCodes } from "@/lib/exemplars/codes";
import { NO_CLUSTER, parseColumns } from "@/lib/features/columns/format";
import { writeSafetensors } from "@/lib/formats/safetensors-write";
import { replaceMap } from "@/lib/map/mutations";
import { blobs } from "@/lib/storage/blobs";
import { answer } from "../helpers/call-route";
import { makeFeatures } from "../helpers/feature-rows";

const at = { model: "m", sae: "s" };
const STORE = "store-1";
let saeId: string;

/** Codes of one sample with one position that each of these features fires at. */
function fires(sample: number, features: readonly number[]): SampleCodes {
  const index = Int32Array.from([0, 1], (i) => features[i] ?? 3);
  const value = Float32Array.from([0, 1], (i) => (i < features.length ? 2 : 0));
  return {
    ...{ sample, rows: 1, k: 2, m: 1, index, value },
    ...{ kind: Uint8Array.of(1), at: Int32Array.of(0) },
    ...{ nextIndex: Int32Array.of(0), nextValue: Float32Array.of(0) },
  };
}

beforeAll(async () => {
  saeId = await makeFeatures(
    "m",
    "s",
    [0, 1, 2, 3].map((index) => ({ index, label: `thing ${index}` })),
  );
  const folder = await mkdtemp(join(tmpdir(), "fovea-sae-"));
  await writeSafetensors(join(folder, "sae.safetensors"), [
    { name: "W_dec", dtype: "F32", shape: [4, 2], data: Float32Array.of(1, 0, 0, 1, 1, 1, -1, 0) },
    { name: "encoder.weight", dtype: "F32", shape: [4, 2], data: Float32Array.of(5, 6, 0, 1, 1, 1, -1, 0) },
  ]);
  const dataset = await db().dataset.create({
    data: {
      ...{ id: newId("dataset"), slug: "d", title: "d", licence: "CC0", source: "test", hash: "h" },
      ...{ config: {}, tags: {} },
    },
  });
  const sae = await db().sae.update({
    where: { id: saeId },
    data: { checkpoint: folder, datasetId: dataset.id, evidenceN: { cache: STORE } },
  });
  const samples = await Promise.all(
    [0, 1, 2].map((ordinal) =>
      db().sample.create({
        data: {
          datasetId: dataset.id,
          ordinal,
          sha: `${ordinal}`.repeat(64),
          kind: "image",
          width: 8,
          height: 8,
          tags: [],
        },
      }),
    ),
  );
  const exemplar = (index: number, band: string, rank: number, sample: number) => ({
    ...{ saeId, index, band, rank, sampleId: samples[sample]?.id, pool: "explain", peak: 3 - rank, peakAt: 0, mean: 1 },
    ...{ area: 0.5, scale: 4, offset: 0, why: null, tokens: [], grid: Uint8Array.of(9, 0, 0, 0) },
  });
  await copyRows("exemplars", [
    exemplar(0, "top", 1, 0),
    exemplar(0, "top", 2, 1),
    exemplar(1, "top", 1, 1),
    exemplar(1, "b2", 1, 2),
    exemplar(1, "miss", 1, 0),
  ]);
  const codes = encodeChunk([fires(0, [0]), fires(1, [0, 1]), fires(2, [1]), fires(3, [])]);
  await blobs().put(`${codesPrefix(STORE, sae)}/000000-00000000.bin`, codes);
});

describe("a map", () => {
  it("is empty before it was made", async () => {
    const { json } = await answer(getClusters, "/saes/m/s/clusters", { params: at });
    expect(json).toEqual({ items: [], map: null });
  });
  it("answers its clusters, and places as columns of the index; what left the map has none", async () => {
    const map = (n: number) => ({
      ...{ method: "test", seed: 1, n, live: 4, neighbours: 2 },
      clusters: [{ id: 0, label: "things", x: 0.5, y: 0.25, n: 1 }],
    });
    await replaceMap(saeId, map(2), [
      { index: 1, x: 0.9, y: 0.9, cluster: 0 },
      { index: 3, x: 0.1, y: 0.2, cluster: 0 },
    ]);
    await replaceMap(saeId, map(2), [
      { index: 0, x: 0.5, y: 0.25, cluster: 0 },
      { index: 3, x: 1, y: 0, cluster: null },
    ]);
    const { json } = await answer(getClusters, "/saes/m/s/clusters", { params: at });
    expect(json.items).toEqual([{ id: 0, label: "things", x: 0.5, y: 0.25, n: 1 }]);
    expect(json.map).toMatchObject({ method: "test", n: 2 });
    const { response } = await answer(getLatest, "/saes/m/s/columns", { params: at });
    const hash = response.headers.get("location")?.split("/").at(-1) as string;
    const file = await getIndex(new Request("http://localhost/"), { params: Promise.resolve({ ...at, hash }) });
    const bytes = new Uint8Array(gunzipSync(Buffer.from(await file.arrayBuffer())));
    const columns = parseColumns(bytes.buffer as ArrayBuffer);
    expect([...columns.x].map((x) => (Number.isNaN(x) ? null : Math.round(100 * x)))).toEqual([50, null, null, 100]);
    expect([...columns.cluster]).toEqual([0, NO_CLUSTER, NO_CLUSTER, NO_CLUSTER]);
  });
});

describe("compared features", () => {
  it("are told by direction, strongest images and samples that fire", async () => {
    const { json } = await answer(getCompare, "/compare?f=m/s/0,m/s/1,m/s/2");
    expect(json.items).toHaveLength(3);
    expect(json.items[0]).toEqual({
      a: "m/s/0",
      b: "m/s/1",
      cosine: 0,
      top: { both: 1, a: 2, b: 1, jaccard: 0.5 },
      firing: { both: 1, a: 2, b: 2, jaccard: 1 / 3 },
    });
    expect(json.items[1].cosine).toBeCloseTo(Math.SQRT1_2, 6);
    expect(json.items[1].firing).toEqual({ both: 0, a: 2, b: 0, jaccard: 0 });
  });
  it("are two to four that exist", async () => {
    expect((await answer(getCompare, "/compare?f=m/s/0")).json).toMatchObject({ status: 400, code: "INVALID_INPUT" });
    expect((await answer(getCompare, "/compare?f=m/s/0,m/s/x")).json).toMatchObject({ status: 400 });
    expect((await answer(getCompare, "/compare?f=m/s/0,m/s/77")).json).toMatchObject({
      status: 404,
      detail: "There is no feature m/s/77.",
    });
  });
});

describe("a direction", () => {
  const get = (query: string, index = "0") =>
    getVector(new Request(`http://localhost/v${query}`), { params: Promise.resolve({ ...at, index }) });
  it("comes as little-endian float32 or as JSON", async () => {
    const view = new DataView(await (await get("")).arrayBuffer());
    expect([view.getFloat32(0, true), view.getFloat32(4, true), view.byteLength]).toEqual([1, 0, 8]);
    expect(await (await get("?part=encoder&format=json")).json()).toEqual({ part: "encoder", values: [5, 6] });
    expect((await get("", "77")).status).toBe(404);
  });
});

it("a list of chosen features holds these alone, under its other filters", async () => {
  const { json } = await answer(getList, "/features/m/s?only=3,1&sort=-index&q=thing%201", { params: at });
  expect(json.items.map((row: { index: number }) => row.index)).toEqual([1]);
});
