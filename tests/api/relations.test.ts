import { beforeAll, describe, expect, it } from "vitest";
import { GET as getExemplars } from "@/app/api/v1/features/[model]/[sae]/[index]/exemplars/route";
import { GET as getLineage } from "@/app/api/v1/features/[model]/[sae]/[index]/lineage/route";
import { GET as getNeighbours } from "@/app/api/v1/features/[model]/[sae]/[index]/neighbours/route";
import { GET as getFeature } from "@/app/api/v1/features/[model]/[sae]/[index]/route";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { copyRows } from "@/lib/db/copy";
import { encodeChunk } from "@/lib/exemplars/code-chunk";
import { codesPrefix, writeDirectory } from "@/lib/exemplars/code-store";
import { blobs } from "@/lib/storage/blobs";
import { answer } from "../helpers/call-route";
import { makeFeatures } from "../helpers/feature-rows";
import { toyCodes } from "../helpers/toy-codes";

const params = { model: "m", sae: "s", index: "3" };
const partner = (index: number, lo: number) => ({ index, lift: 2 * lo, lo, n: 12 });

beforeAll(async () => {
  const relations = {
    peaks: 40,
    places: { same: [partner(5, 8), partner(4, 3)], adjacent: [partner(6, 5)], elsewhere: [] },
    text: { peaks: 30, places: { same: [partner(6, 4)], adjacent: [], elsewhere: [partner(5, 2)] } },
    images: [{ index: 6, value: 0.5, shared: 8 }],
  };
  const twin = [{ facet: "picture", n: 30, of: 100, peak: 4, samples: [1] }];
  const saeId = await makeFeatures("m", "s", [
    { index: 3, label: "fries", neighbours: [{ index: 4, cosine: 0.9 }], relations, twin },
    { index: 4, label: "chips" },
    { index: 5, label: "salt" },
    { index: 6, label: "a plate" },
  ]);
  const otherId = await makeFeatures("m", "other", [{ index: 0 }, { index: 1, label: "fast food" }]);
  await makeFeatures("m", "untouched", [{ index: 0 }]);
  const dataset = await db().dataset.create({
    data: { id: newId("dataset"), slug: "d", title: "d", licence: "CC0", source: "t", hash: "h", config: {}, tags: {} },
  });
  const samples = await Promise.all(
    [0, 1, 2].map((ordinal) =>
      db().sample.create({
        data: {
          datasetId: dataset.id,
          ordinal: 10 * ordinal,
          sha: String(ordinal).repeat(64),
          kind: "image",
          width: 100,
          height: 100,
          tags: [],
        },
      }),
    ),
  );
  const evidenceN = { cache: "store", site: "layers.0.resid_post", samples: 3 };
  await db().sae.updateMany({ where: { id: { in: [saeId, otherId] } }, data: { datasetId: dataset.id, evidenceN } });
  await db().sae.updateMany({ where: { slug: "untouched" }, data: { evidence: null } });
  const common = { saeId, index: 3, pool: "explain", peak: 4, peakAt: 2, mean: 1, area: 0.5, scale: 4, tokens: [] };
  const grid = Uint8Array.of(0, 10, 255, 0);
  const more = { offset: 0, why: null, nearDuplicates: 0, resembles: null };
  await copyRows("exemplars", [
    { ...common, ...more, band: "top", rank: 1, sampleId: samples[1]?.id, grid, nearDuplicates: 3 },
    { ...common, ...more, band: "top", rank: 2, sampleId: samples[2]?.id, grid },
    {
      ...common,
      ...more,
      band: "miss",
      rank: 1,
      sampleId: samples[0]?.id,
      grid: new Uint8Array(4),
      peak: 0,
      why: "alike",
      resembles: 2,
    },
    { ...common, ...more, band: "twin", rank: 1, sampleId: samples[1]?.id, grid, why: "picture" },
  ]);
  // Codes of the other SAE: its feature 1 fires where feature 3 fires, feature 0 elsewhere.
  const prefix = codesPrefix("store", { hash: "0123456789abcdef", k: 2 });
  const image = [
    { at: 2, feature: 1, value: 2 },
    { at: 1, feature: 1, value: 0.5 },
    { at: 3, feature: 0, value: 9 },
  ];
  const chunk = encodeChunk([0, 1, 2].map((s) => toyCodes(s, 4, 1, image, [])));
  await blobs().put(`${prefix}/000000-00000000.bin`, chunk);
  await writeDirectory(blobs(), prefix, [["000000-00000000", 0, 2]]);
});

describe("relations of a feature", () => {
  const near = async (query: string) =>
    (await answer(getNeighbours, `/features/m/s/3/neighbours${query}`, { params })).json;

  it("lists neighbours by direction, by images, and by what fires with it, by place", async () => {
    expect((await near("")).items).toMatchObject([{ ref: "m/s/4", label: "chips", lift: null, n: null }]);
    expect((await near("?by=images")).items).toMatchObject([{ ref: "m/s/6", value: 0.5, n: 8 }]);
    const any = (await near("?by=firing")).items as { ref: string; place: string }[];
    expect(any.map((x) => [x.ref, x.place])).toEqual([
      ["m/s/5", "same"],
      ["m/s/6", "adjacent"],
      ["m/s/4", "same"],
    ]);
    expect((await near("?by=firing&place=adjacent&limit=1")).items).toMatchObject([
      { label: "a plate", lift: 10, n: 12 },
    ]);
    expect((await near("?by=firing&ground=text")).items).toMatchObject([
      { ref: "m/s/6", place: "same", value: 4 },
      { ref: "m/s/5", place: "elsewhere", value: 2 },
    ]);
    expect(await near("?by=firing&place=nowhere")).toMatchObject({ status: 400, code: "INVALID_INPUT" });
  });

  it("finds the feature of another SAE that goes with it, and names the SAE that it cannot compare", async () => {
    const { items, notCompared } = await near("?by=otherSae");
    expect(items).toMatchObject([{ ref: "m/other/1", label: "fast food", n: 2 }]);
    expect(items[0].value).toBeGreaterThan(0.9);
    expect(notCompared).toEqual([{ sae: "untouched", reason: "not_collected" }]);
  });

  it("shows its top images under the other SAEs", async () => {
    const { json } = await answer(getLineage, "/features/m/s/3/lineage", { params });
    expect(json.images.map((i: { rank: number }) => i.rank)).toEqual([1, 2]);
    expect(json.relatives).toMatchObject([{ sae: "other", feature: { ref: "m/other/1" }, scale: 4 }]);
    expect([...Buffer.from(json.relatives[0].grids[0], "base64")]).toEqual([0, 32, 128, 0]);
  });

  it("comes with the feature: company, facets, folded repetitions, near misses with the exemplar they look like", async () => {
    const { json } = await answer(getFeature, "/features/m/s/3", { params });
    expect(json.firesWith).toMatchObject({ peaks: 40, same: [{ label: "salt" }, { label: "chips" }], elsewhere: [] });
    expect(json.firesWith.text).toMatchObject({
      ...{ peaks: 30, same: [{ label: "a plate", place: "same" }], adjacent: [], elsewhere: [{ label: "salt" }] },
    });
    // As it is stored by those who collected before texts had company.
    await db().$executeRaw`UPDATE features SET relations = relations - 'text' WHERE index = 3`;
    const older = await answer(getFeature, "/features/m/s/3", { params });
    expect(older.json.firesWith).toMatchObject({ peaks: 40, text: null });
    expect(json.twin).toEqual([{ facet: "picture", n: 30, of: 100, peak: 4, samples: [1] }]);
    expect(json.exemplars.items[0]).toMatchObject({ nearDuplicates: 3, resembles: null, facet: null });
    const band = async (name: string) =>
      (await answer(getExemplars, `/features/m/s/3/exemplars?band=${name}`, { params })).json.items;
    expect(await band("miss")).toMatchObject([{ why: "alike", resembles: 2 }]);
    expect(await band("twin")).toMatchObject([{ why: null, facet: "picture" }]);
  });
});
