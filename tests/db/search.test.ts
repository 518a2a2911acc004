import { beforeAll, describe, expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { listFeatures } from "@/lib/features/list/data";
import { listQuery } from "@/lib/features/list/schema";
import { searchFeatures } from "@/lib/search/data";
import { searchQuery } from "@/lib/search/schema";
import { makeFeatures } from "../helpers/feature-rows";

beforeAll(async () => {
  const saeId = await makeFeatures("m", "s", [
    { index: 0, label: "french fries", detection: 0.9, kind: "object" },
    { index: 1, label: "fries", detection: 0.6, kind: "object" },
    { index: 2, label: "burger", tags: ["french fries", "food"], kind: "object" },
    { index: 3, label: "café table", kind: "object" },
    { index: 4, label: "red stripes", kind: "texture" },
    { index: 5, label: null, tags: [] },
    { index: 6, label: "salty food", kind: "object" },
    { index: 7, status: "dead" },
    { index: 8, label: "fried egg", detection: 1, kind: "food" },
    { index: 9, label: null, tags: ["fried shrimp"] },
  ]);
  await makeFeatures("m", "other", [{ index: 1, label: "red fries", kind: "object" }]);
  await db().explanation.create({
    data: {
      id: newId("explanation"),
      saeId,
      index: 6,
      text: "fries in a red carton",
      status: "explained",
      explainer: "human",
      promptVersion: "1",
      evidence: {},
      cost: {},
    },
  });
});

const find = async (q: string, more: Record<string, string> = {}) => {
  const found = await searchFeatures(searchQuery.parse({ q, ...more }));
  return { ...found, refs: found.items.map((i) => i.ref.replace("m/", "")) };
};

describe("searchFeatures", () => {
  it("ranks the exact label first, then labels, tags, other explanations, each with its reason", async () => {
    const { refs, items, facets } = await find("fries");
    expect(refs[0]).toBe("s/1");
    expect(items[0]?.why[0]).toMatchObject({ part: "label", text: "exact label" });
    expect(refs.slice(1, 3).sort()).toEqual(["other/1", "s/0"]);
    // One stem, but not the word: after those that hold it.
    expect(refs.slice(3)).toEqual(["s/2", "s/8", "s/9", "s/6"]);
    expect(items[3]?.why[0]).toMatchObject({ part: "tags", text: "tag: french fries" });
    expect(items[6]?.why[0]?.part).toBe("explanation");
    expect(facets.kind).toEqual({ object: 5, food: 1 });
  });
  it("finds every beginning of a word, also where stems differ", async () => {
    for (const q of ["fr", "fri", "frie", "fries"]) expect((await find(q)).refs).toContain("s/1");
  });
  it("forgives spelling and accents", async () => {
    expect((await find("frise")).refs).toContain("s/1");
    expect((await find("cafe tabel")).refs).toContain("s/3");
    expect((await find("CAFE")).items[0]?.why[0]?.part).toBe("label");
  });
  it("understands phrases and minus words", async () => {
    expect((await find('"french fries"')).refs.sort()).toEqual(["s/0", "s/2"]);
    expect((await find("fries -red")).refs).not.toContain("other/1");
  });
  it("finds a label by its words in another language, and says which", async () => {
    const { id: saeId } = await db().sae.findFirstOrThrow({ where: { slug: "s" } });
    const give = (index: number, translations: object) =>
      db().feature.update({ where: { saeId_index: { saeId, index } }, data: { translations } });
    await give(0, { zh: "炸薯条", de: "Pommes frites" });
    await give(1, { zh: "薯条" });
    const found = await find("薯条");
    expect(found.refs).toEqual(["s/1", "s/0"]);
    expect(found.items[0]).toMatchObject({ translations: { zh: "薯条" } });
    expect(found.items[1]?.why[0]).toMatchObject({ part: "translation", text: "Chinese: 炸薯条" });
    expect((await find("条薯")).refs).toEqual([]);
    expect((await find("pommes")).items[0]?.why[0]?.text).toBe("German: Pommes frites");
    expect((await find("burger")).items[0]).not.toHaveProperty("translations");
    const listed = await listFeatures({ id: saeId, ref: "m/s" }, listQuery.parse({ q: "薯" }));
    expect(listed.items.map((row) => row.index)).toEqual([0, 1]);
  });
  it("opens addresses", async () => {
    expect((await find("#4")).refs).toEqual(["s/4"]);
    expect((await find("other/1")).refs[0]).toBe("other/1");
  });
  it("keeps to a scope and to filters", async () => {
    expect((await find("fries", { in: "m/other" })).refs).toEqual(["other/1"]);
    expect((await find("red", { kind: "texture" })).refs).toEqual(["s/4"]);
  });
  it("pages without gaps", async () => {
    const all = await find("fries");
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await find("fries", { limit: "2", ...(cursor ? { cursor } : {}) });
      seen.push(...page.refs);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(all.refs);
  });
  it("offers words that do occur when nothing is found, and answers any text", async () => {
    const nothing = await find("zzzzqqqq");
    expect(nothing.items).toEqual([]);
    expect(nothing.suggestions.length).toBeGreaterThan(0);
    for (const q of ["", "   ", "'", "a & | !", "%_%", '"', "\\", "🍟", "the"])
      await expect(find(q)).resolves.toBeDefined();
  });
});

describe("search by effect", () => {
  it("ranks features by what they do to a word, up or down, and pages", async () => {
    const saeId = await makeFeatures("m", "effects", [
      { index: 0, label: "a" },
      { index: 1, label: "b", kind: "object" },
      { index: 2, label: "c" },
    ]);
    const logits = (up: [string, number][], down: [string, number][]) => ({ up, down });
    const give = (index: number, value: object) =>
      db().feature.update({ where: { saeId_index: { saeId, index } }, data: { logits: value } });
    await give(
      0,
      logits(
        [
          ["▁Red", 1.5],
          ["sea", 0.2],
        ],
        [["▁blue", -0.9]],
      ),
    );
    await give(1, logits([["Ġred", 2.5]], [["red", -0.1]]));
    await give(2, logits([["▁blue", 0.4]], [["▁sea", -3]]));
    const up = await find("red", { mode: "effect" });
    expect(up.refs).toEqual(["effects/1", "effects/0"]);
    expect(up.items[0]?.why[0]).toMatchObject({ part: "effect", text: "raises “red” by 2.50", score: 2.5 });
    expect(up.facets.kind).toEqual({ object: 1 });
    expect((await find("RED", { mode: "effect", sign: "down" })).refs).toEqual(["effects/1"]);
    const first = await find("red", { mode: "effect", limit: "1" });
    expect((await find("red", { mode: "effect", limit: "1", cursor: first.nextCursor as string })).refs).toEqual([
      "effects/0",
    ]);
    expect((await find("green", { mode: "effect" })).total).toBe(0);
  });
});
