import { beforeAll, describe, expect, it } from "vitest";
import { POST as judge } from "@/app/api/v1/blind-tests/[id]/route";
import { GET as next } from "@/app/api/v1/blind-tests/next/route";
import { GET as getFeature } from "@/app/api/v1/features/[model]/[sae]/[index]/route";
import { GET as receipts } from "@/app/api/v1/scores/[id]/route";
import { blindOutcomeSchema, blindTestSchema } from "@/lib/autointerp/blind/schema";
import { db } from "@/lib/db/client";
import { copyRows } from "@/lib/db/copy";
import { wilson } from "@/lib/tensor/stats";
import { answer } from "../helpers/call-route";
import { makeFeatures } from "../helpers/feature-rows";

const cookie = (who: string) => ({ cookie: `fovea-visitor=${Buffer.from(who).toString("hex").padEnd(32, "0")}` });
const ask = (query: string, who = "ann") => answer(next, `/blind-tests/next?${query}`, { headers: cookie(who) });
const say = (id: string, choice: 0 | 1, who = "ann") =>
  answer(judge, "", { method: "POST", params: { id }, body: { choice }, headers: cookie(who) });

// Samples 1-2 lie in the top row, 3-5 fire and are held out, 6 fires but was explained from, 7-8 are near misses, 9 is silent.
const BANDS: [sample: number, band: string, pool: string][] = [
  [1, "top", "score"],
  [2, "top", "explain"],
  [1, "b5", "score"],
  [3, "b4", "score"],
  [4, "b3", "score"],
  [5, "b1", "score"],
  [6, "b2", "explain"],
  [7, "miss", "score"],
  [8, "miss", "score"],
];
const [FIRING, SILENT] = [
  [3, 4, 5],
  [7, 8, 9],
];

beforeAll(async () => {
  const sae = await makeFeatures("m", "s", [{ index: 0, label: "dog" }, { index: 1 }]);
  const dataset = { id: "d", slug: "d", title: "d", licence: "CC0", source: "", hash: "", config: {}, tags: {} };
  await db().dataset.create({ data: dataset });
  await copyRows(
    "samples",
    Array.from({ length: 9 }, (_, i) => ({
      ...{ id: i + 1, datasetId: "d", ordinal: i, sha: String(i + 1).repeat(64), kind: "image", width: 8, height: 8 },
      ...{ caption: "a dog", tags: ["dog"] },
    })),
  );
  await copyRows(
    "exemplars",
    BANDS.map(([sampleId, band, pool], rank) => ({
      ...{ saeId: sae, index: 0, band, rank, sampleId, pool, peak: band === "miss" ? 0 : 2, peakAt: 0, mean: 1 },
      ...{ area: 0.25, grid: Uint8Array.of(255, 0, 0, 0), scale: 2, tokens: [], offset: 0, why: null },
    })),
  );
  const told = { id: "x1", saeId: sae, index: 0, status: "explained", text: "dog", explainer: "self", isLabel: true };
  await db().explanation.create({ data: { ...told, promptVersion: "1", evidence: {}, cost: {} } });
  const item = { sampleId: 9, kind: "image", role: "random", band: null };
  const receipt = { item, question: "", expected: false, answered: false, right: true };
  const score = { id: "c1", explanationId: "x1", saeId: sae, index: 0, scorer: "detection", value: 1, n: 1 };
  await db().score.create({ data: { ...score, receipts: [receipt] } });
});

/** The pair behind an id, with the place of the one that fires. */
function pairOf(id: string) {
  const order = id.split(".").slice(1).map(Number);
  const fires = FIRING.includes(order[0] as number) ? 0 : 1;
  return { firing: order[fires] as number, silent: order[1 - fires] as number, fires: fires as 0 | 1 };
}

describe("blind tests", () => {
  it("ask about held-out images alone, never about the top row or the band on the page, and give nothing away", async () => {
    for (let seed = 0; seed < 40; seed++) {
      const { json } = await ask(`in=m/s/0&shown=b4&seed=${seed}`);
      const test = blindTestSchema.parse(json);
      const { firing, silent } = pairOf(test.id);
      expect([4, 5]).toContain(firing);
      expect(SILENT).toContain(silent);
      expect(test.images.flatMap((i) => [i.caption, ...i.tags])).toEqual([null, null]);
    }
  });

  it("count every person and pair once; the score is what all got right, with receipts that can be recounted", async () => {
    const seen = new Set<string>();
    let hits = 0;
    for (let i = 0; i < 9; i++) {
      const { id } = (await ask("in=m/s")).json;
      const { firing, silent, fires } = pairOf(id);
      seen.add(`${firing}.${silent}`);
      const right = i % 3 !== 0;
      if (right) hits++;
      const { json } = await say(id, right ? fires : ((1 - fires) as 0 | 1));
      const outcome = blindOutcomeSchema.parse(json);
      expect(outcome).toMatchObject({ right, fires, counted: true, score: { n: i + 1, value: hits / (i + 1) } });
      const again = await say(id, fires);
      expect(again.json).toMatchObject({ counted: false, score: { n: i + 1, value: hits / (i + 1) } });
    }
    expect(seen.size).toBe(9);
    expect(await ask("in=m/s/0")).toMatchObject({ status: 409, json: { code: "NO_PAIR_LEFT" } });

    const other = (await ask("in=m/s/0", "bob")).json.id;
    const { score } = (await say(other, pairOf(other).fires, "bob")).json;
    const interval = wilson(hits + 1, 10);
    expect(score).toMatchObject({ n: 10, value: (hits + 1) / 10, lo: interval?.lo, hi: interval?.hi });
    const told = (await answer(receipts, "", { params: { id: score.id } })).json;
    expect(told).toMatchObject({ scorer: "human", n: 10 });
    expect(told.receipts.filter((r: { right: boolean }) => r.right)).toHaveLength(hits + 1);
    expect(told.receipts.every((r: { image: object; other: object }) => r.image && r.other)).toBe(true);
    const feature = await answer(getFeature, "", { params: { model: "m", sae: "s", index: "0" } });
    expect(feature.json.scores.human).toMatchObject({ n: 10 });
    const row = await db().feature.findFirstOrThrow({ where: { index: 0 } });
    expect(row.human).toBeCloseTo((hits + 1) / 10, 5);
  });

  it("say what is not there", async () => {
    expect((await ask("in=m/s/1")).json.code).toBe("NOT_FOUND");
    expect((await say("x1.3.4", 0)).json.code).toBe("NOT_FOUND");
    expect((await say("x1.1.7", 0)).json.code).toBe("NOT_FOUND");
    expect((await say("nonsense", 0)).json.code).toBe("NOT_FOUND");
  });
});
