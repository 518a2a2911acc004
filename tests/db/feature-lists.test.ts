import { beforeAll, describe, expect, it } from "vitest";
import { adjacentFeatures, findSae, listFeatures, randomFeatures, type SaeKey } from "@/lib/features/list/data";
import { listQuery } from "@/lib/features/list/schema";
import { type FeatureGiven, makeFeatures } from "../helpers/feature-rows";

// Ties, nulls and both ends: every third feature has no score, and scores repeat.
const FEATURES: FeatureGiven[] = Array.from({ length: 40 }, (_, i) => ({
  index: i,
  label: i % 4 === 0 ? null : `thing ${i}`,
  status: i === 39 ? "dead" : i % 4 === 0 ? "pending" : "explained",
  detection: i % 3 === 0 ? null : (i % 5) / 10 + 0.31,
  density: 10 ** -(1 + (i % 7) / 2),
  imageShare: (i % 11) / 10,
  kind: i % 2 ? "object" : "color",
  flags: i % 10 === 0 ? ["position"] : [],
}));

let sae: SaeKey;
beforeAll(async () => {
  await makeFeatures("m", "s", FEATURES);
  sae = await findSae("m", "s");
});

async function walk(query: Record<string, string>): Promise<number[]> {
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await listFeatures(sae, listQuery.parse({ ...query, limit: 7, ...(cursor ? { cursor } : {}) }));
    seen.push(...page.items.map((r) => r.index));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return seen;
}

/** The same order by sorting everything in memory: nulls last in both directions, ties by index in the same direction. */
function naive(column: keyof FeatureGiven, down: boolean): number[] {
  const way = down ? -1 : 1;
  return [...FEATURES]
    .sort((a, b) => {
      const x = a[column] as number | string | null | undefined;
      const y = b[column] as number | string | null | undefined;
      if ((x ?? null) === null || (y ?? null) === null) {
        if ((x ?? null) !== (y ?? null)) return (x ?? null) === null ? 1 : -1;
        return way * (a.index - b.index);
      }
      return x === y ? way * (a.index - b.index) : way * ((x as number) < (y as number) ? -1 : 1);
    })
    .map((f) => f.index);
}

describe("listFeatures", () => {
  it.each(["detection", "density", "label", "index", "imageShare"] as const)(
    "pages by %s without gaps or repeats, in both directions",
    async (column) => {
      expect(await walk({ sort: column })).toEqual(naive(column, false));
      expect(await walk({ sort: `-${column}` })).toEqual(naive(column, true));
    },
  );

  it("answers the features that were named and no others, in the order of the list", async () => {
    expect(await walk({ only: "31,4,17,999", sort: "-index" })).toEqual([31, 17, 4]);
    expect(await walk({ only: "31,4,17", status: "explained" })).toEqual([17, 31]);
    expect(listQuery.safeParse({ only: "4,x" }).success).toBe(false);
  });

  it("filters by range, kind, status, flags, modality and words, and counts", async () => {
    const one = async (query: Record<string, string>) =>
      (await listFeatures(sae, listQuery.parse({ limit: 200, ...query }))).items.map((r) => r.index);
    expect(await one({ detection: "0.6..", kind: "object" })).toEqual(
      FEATURES.filter((f) => (f.detection ?? 0) >= 0.6 && f.kind === "object").map((f) => f.index),
    );
    expect(await one({ status: "-pending,-dead" })).toEqual(
      FEATURES.filter((f) => f.status === "explained").map((f) => f.index),
    );
    expect(await one({ flags: "-position" })).not.toContain(10);
    expect(await one({ modality: "image" })).toEqual(
      FEATURES.filter((f) => (f.imageShare ?? 0) >= 0.9 && f.status !== "dead").map((f) => f.index),
    );
    expect(await one({ q: "THING 1" })).toEqual([1, 10, 11, 13, 14, 15, 17, 18, 19]);
    expect(await one({ q: "#7" })).toEqual([7]);
    const page = await listFeatures(sae, listQuery.parse({ kind: "object", facets: "kind,status", limit: 1 }));
    expect(page.total).toBe(20);
    expect(page.facets?.kind).toEqual({ object: 20, color: 20 });
    expect(page.facets?.status?.dead).toBe(1);
  });

  it("refuses a cursor of another list", async () => {
    const page = await listFeatures(sae, listQuery.parse({ sort: "-max", limit: 2 }));
    const foreign = listQuery.parse({ sort: "max", cursor: page.nextCursor ?? "" });
    await expect(listFeatures(sae, foreign)).rejects.toMatchObject({ code: "CURSOR_MISMATCH" });
    await expect(listFeatures(sae, listQuery.parse({ sort: "size" }))).rejects.toMatchObject({ code: "UNKNOWN_SORT" });
  });
});

describe("adjacentFeatures", () => {
  it.each(["-detection", "density", "index", "-label"])(
    "walks the list sorted by %s from end to end and back",
    async (sort) => {
      const order = await walk({ sort });
      for (const at of [0, 1, 12, 25, 26, 27, 38, 39]) {
        const around = await adjacentFeatures(sae, order[at] as number, { sort });
        expect(around).toEqual({ previous: order[at - 1] ?? null, next: order[at + 1] ?? null });
      }
    },
  );
});

describe("randomFeatures", () => {
  it("is repeatable, without repeats, and never dead", async () => {
    const once = await randomFeatures(sae, {}, 39, 5);
    expect(await randomFeatures(sae, {}, 39, 5)).toEqual(once);
    expect(new Set(once).size).toBe(39);
    expect(once).not.toContain(39);
    expect(await randomFeatures(sae, { q: "#7" }, 1, 1)).toEqual([7]);
    await expect(randomFeatures(sae, { q: "nothing" }, 1, 1)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
