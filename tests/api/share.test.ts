import { gunzipSync } from "node:zlib";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { GET as quickList } from "@/app/(explorer)/quick-list/route";
import { GET as neuronpedia } from "@/app/api/feature/[model]/[layer]/[index]/route";
import { GET as exportSae } from "@/app/api/v1/export/[model]/[sae]/route";
import { GET as exemplars } from "@/app/api/v1/features/[model]/[sae]/[index]/exemplars/route";
import { GET as feature } from "@/app/api/v1/features/[model]/[sae]/[index]/route";
import { GET as card } from "@/app/i/cards/feature/[model]/[sae]/[file]/route";
import { db } from "@/lib/db/client";
import { answer } from "../helpers/call-route";
import { makeFeatures } from "../helpers/feature-rows";

const N = 2300;
const params = { model: "m", sae: "4-res-s" };
beforeAll(async () => {
  const rows = Array.from({ length: N }, (_, index) => ({
    ...{ index, label: index % 2 ? `a "thing", ${index}` : null, density: index / N },
  }));
  const saeId = await makeFeatures("m", "4-res-s", rows);
  const told = { saeId, index: 3, status: "explained", text: "=cmd()", explainer: "human", isLabel: true };
  await db().explanation.create({ data: { id: "x", ...told, promptVersion: "-", evidence: {}, cost: {} } });
});

async function file(query: string): Promise<string> {
  const response = await exportSae(new Request(`http://localhost/api/v1/export/m/4-res-s?${query}`), {
    params: Promise.resolve(params),
  });
  expect(response.headers.get("content-type")).toBe("application/gzip");
  return gunzipSync(Buffer.from(await response.arrayBuffer())).toString("utf8");
}

describe("the export of an SAE", () => {
  it("has every feature once, in order, across pages", async () => {
    const lines = (await file("part=features"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map((l) => l.index)).toEqual(Array.from({ length: N }, (_, i) => i));
    expect(lines[3]).toMatchObject({ ref: "m/4-res-s/3", label: 'a "thing", 3', human: null });
  });

  it("keeps to the filters, and says a wrong one before the file begins", async () => {
    const lines = (await file("part=features&format=csv&density=0.5..&status=explained")).trim().split("\r\n");
    expect(lines).toHaveLength(1 + N / 4);
    expect(lines[0]).toMatch(/^ref,index,status,label,/);
    expect(lines[1]).toContain('"a ""thing"", 1151"');
    const wrong = await answer(exportSae, "/export/m/4-res-s?density=2..1", { params });
    expect(wrong).toMatchObject({ status: 400, json: { code: "INVALID_INPUT" } });
  });

  it("gives spreadsheets no formula that somebody wrote as an explanation", async () => {
    const text = await file("part=explanations&format=csv");
    expect(text.trim().split("\r\n")).toHaveLength(2);
    expect(text).toContain(",'=cmd(),");
  });
});

describe("pinned versions", () => {
  const at = (route: typeof feature, version: string) =>
    answer(route, `/x?at=${version}`, { params: { ...params, index: "1" } });
  it("answer what they name, or that it is gone", async () => {
    expect((await at(feature, "01234567.77b0e4d1")).status).toBe(200);
    expect((await at(exemplars, "01234567.77b0e4d1")).status).toBe(200);
    for (const route of [feature, exemplars]) {
      expect(await at(route, "01234567.00000000")).toMatchObject({ status: 410, json: { code: "VERSION_GONE" } });
      expect((await at(route, "nonsense")).status).toBe(400);
    }
  });
});

describe("doors for Neuronpedia's addresses", () => {
  it("say in its words that a feature is not there", async () => {
    const given = { params: Promise.resolve({ model: "m", layer: "no", index: "1" }) };
    const response = await neuronpedia(new Request("http://localhost/api/feature/m/no/1"), given);
    expect(response.status).toBe(404);
    expect(Object.keys(await response.json())).toEqual(["message"]);
  });

  it("lead a quick list to the same list here, whatever the address holds", () => {
    const go = (query: string) =>
      quickList(new Request(`http://localhost/quick-list?${query}`)).headers.get("location");
    const features = JSON.stringify([
      { modelId: "m", layer: "4-res-s", index: "7" },
      { modelId: "m", layer: "s", index: 8 },
    ]);
    const query = new URLSearchParams({ name: "two & more", features });
    expect(new URL(go(String(query)) ?? "", "http://x").searchParams.get("f")).toBe("m/4-res-s/7,m/s/8");
    for (const bad of ["features=[", "features={}", "features=[1]", ""])
      expect(go(bad)).toMatch(/^\/lists\/adhoc\?f=&name=/);
  });
});

describe("the social card of a feature", () => {
  const ask = (file: string) =>
    card(new Request("http://localhost/i/cards"), { params: Promise.resolve({ ...params, file }) });

  it("is a picture of the size that sites want, the same when asked again", async () => {
    const first = Buffer.from(await (await ask("3.png")).arrayBuffer());
    expect(await sharp(first).metadata()).toMatchObject({ format: "png", width: 1200, height: 630 });
    expect(Buffer.from(await (await ask("3.png")).arrayBuffer()).equals(first)).toBe(true);
    expect(Buffer.from(await (await ask("4.png")).arrayBuffer()).equals(first)).toBe(false);
  });

  it("is not found for what is no feature", async () => {
    for (const file of ["3", "x.png", "999999.png"]) expect((await ask(file)).status).toBe(404);
  });
});
