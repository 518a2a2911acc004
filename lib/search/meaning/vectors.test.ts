import { expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { nearestMeanings, toBytes } from "./vectors";

it("ranks as exact cosines do, up to the steps of 8 bits", () => {
  const rng = createRng(3, "meanings");
  const d = 24;
  const exact = Array.from({ length: 40 }, () => Array.from({ length: d }, () => rng.normal()));
  const data = new Int8Array(exact.flatMap((v) => [...toBytes(v)]));
  const meanings = { texts: exact.map((_, i) => `t${i}`), data, d };
  const dot = (a: number[], b: number[]) => a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
  for (const query of exact.slice(0, 10)) {
    const found = nearestMeanings(meanings, toBytes(query.map((x) => 7 * x)), 40);
    expect(found).toHaveLength(40);
    expect(found.map((f) => f.cosine)).toEqual(found.map((f) => f.cosine).sort((a, b) => b - a));
    for (const { text, cosine } of found) {
      const other = exact[Number(text.slice(1))] as number[];
      expect(cosine).toBeCloseTo(dot(query, other) / Math.sqrt(dot(query, query) * dot(other, other)), 1);
    }
    expect(found[0]?.cosine).toBeCloseTo(1, 5);
  }
});

it("gives a vector of zeros no direction", () => {
  const meanings = { texts: ["a"], data: toBytes([0, 0]), d: 2 };
  expect(nearestMeanings(meanings, toBytes([1, 0]), 5)).toEqual([{ text: "a", cosine: 0 }]);
});
