import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { GET as getIndex } from "@/app/api/v1/saes/[model]/[sae]/columns/[hash]/route";
import { GET as getLatest } from "@/app/api/v1/saes/[model]/[sae]/columns/route";
import { GET as getSae } from "@/app/api/v1/saes/[model]/[sae]/route";
import { db } from "@/lib/db/client";
import { parseColumns } from "@/lib/features/columns/format";
import { answer } from "../helpers/call-route";
import { type FeatureGiven, makeFeatures } from "../helpers/feature-rows";

const GIVEN: FeatureGiven[] = [
  { index: 0, label: "a", kind: "object", density: 0.25, max: 3, detection: 0.5, imageShare: 1, flags: ["always_on"] },
  { index: 2, label: "b", kind: "color", density: 0.5, max: 7, detection: null, imageShare: 0, flags: ["position"] },
  { index: 3, status: "dead", kind: null, density: 0, max: 0, flags: [] },
];
const params = { model: "m", sae: "s" };

beforeAll(async () => {
  const id = await makeFeatures("m", "s", GIVEN);
  await db().sae.update({ where: { id }, data: { n: 4 } });
  const large = await makeFeatures("m", "large", []);
  await db().sae.update({ where: { id: large }, data: { n: 1_000_001 } });
});

describe("the column index", () => {
  it("holds each feature's values at its number, also where one has no row", async () => {
    const { json } = await answer(getSae, "/saes/m/s", { params });
    expect(json.columnsUrl).toBe("/api/v1/saes/m/s/columns");
    const { response } = await answer(getLatest, "/saes/m/s/columns", { params });
    expect(response.status).toBe(307);
    const hash = response.headers.get("location")?.split("/").at(-1) as string;
    const file = await getIndex(new Request("http://localhost/"), { params: Promise.resolve({ ...params, hash }) });
    expect(file.headers.get("cache-control")).toContain("immutable");
    const c = parseColumns(new Uint8Array(gunzipSync(Buffer.from(await file.arrayBuffer()))).buffer);
    expect(c.n).toBe(4);
    expect([...c.values.density]).toEqual([0.25, 0, 0.5, 0]);
    expect([...c.values.max]).toEqual([3, 0, 7, 0]);
    expect([...c.values.detection].map((v) => (Number.isNaN(v) ? null : v))).toEqual([0.5, null, null, null]);
    expect([...c.kind].map((code) => c.books.kind[code] ?? null)).toEqual(["object", null, "color", null]);
    for (const { index, status } of await db().feature.findMany({ where: { sae: { slug: "s" } } }))
      expect(c.books.status[c.status[index] as number]).toBe(status);
    const flagsOf = (i: number) => c.books.flags.filter((_, bit) => ((c.flags[i] as number) >> bit) & 1);
    expect([0, 1, 2, 3].map(flagsOf)).toEqual([["always_on"], [], ["position"], []]);
  });
  it("is refused above a million features", async () => {
    const { json } = await answer(getLatest, "/saes/m/large/columns", { params: { model: "m", sae: "large" } });
    expect(json).toMatchObject({ status: 413, code: "TOO_LARGE" });
    const { json: sae } = await answer(getSae, "/saes/m/large", { params: { model: "m", sae: "large" } });
    expect(sae.columnsUrl).toBeNull();
  });
});
