import { beforeAll, describe, expect, it } from "vitest";
import { sampleLive } from "@/lib/autointerp/data";
import { copyRows } from "@/lib/db/copy";
import { makeFeatures } from "../helpers/feature-rows";

const STATUSES = ["explained", "failed", "pending", "dead", "too_rare"];

let sae: string;
beforeAll(async () => {
  const features = Array.from({ length: 60 }, (_, index) => ({ index, status: STATUSES[index % 5] as string }));
  sae = await makeFeatures("m", "s", features);
  // Every second feature fires in images, the others in texts only; feature 10 has misses alone.
  const exemplars = features.map(({ index }) => ({
    saeId: sae,
    index,
    band: index === 10 ? "miss" : "top",
    rank: 0,
    sampleId: index,
    pool: "score",
    peak: 1,
    peakAt: 0,
    mean: 1,
    area: 0.1,
    grid: Uint8Array.of(255),
    scale: 1,
    tokens: index % 2 ? ["word"] : [],
    offset: 0,
    why: null,
  }));
  await copyRows("exemplars", exemplars);
});

describe("sampleLive", () => {
  it("takes features that fire in images and were looked at, and no others", async () => {
    const found = await sampleLive(sae, 60, 0);
    expect(found.map((f) => f.index).sort((a, b) => a - b)).toEqual([0, 20, 30, 40, 50]);
  });

  it("draws by the seed alone, more of them in the same order", async () => {
    const order = async (take: number, seed: number) => (await sampleLive(sae, take, seed)).map((f) => f.index);
    const all = await order(60, 1);
    expect(await order(3, 1)).toEqual(all.slice(0, 3));
    const others = await Promise.all([2, 3, 4, 5].map((seed) => order(60, seed)));
    expect(others.some((other) => other.join() !== all.join())).toBe(true);
  });
});
