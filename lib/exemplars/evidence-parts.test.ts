import { describe, expect, it } from "vitest";
import { corpusOf } from "@/lib/exemplars/codes";
import { collectExemplars, collectFeatures } from "@/lib/exemplars/collect";
import { CorpusFacts } from "@/lib/exemplars/corpus-facts";
import type { ExtractedExemplar } from "@/lib/exemplars/extract";
import { Facets } from "@/lib/exemplars/facets";
import { flagsOf, massAtEdges } from "@/lib/exemplars/flags";
import { unitRows } from "@/lib/exemplars/image-means";
import { liftedWords } from "@/lib/exemplars/lifted-words";
import { SamplePeaks } from "@/lib/exemplars/peaks";
import { sharedImages } from "@/lib/exemplars/shared-images";
import { shortcutOf, verdictOf } from "@/lib/exemplars/shortcut";
import { Statistics } from "@/lib/exemplars/statistics";
import { matrix } from "@/lib/tensor/matrix";
import { toyCodes, toyCorpus, toyImages } from "@/tests/helpers/toy-codes";

describe("flags of place", () => {
  const grid = { rows: 14, cols: 14 };
  const sizes = { image: 2, mean: 2, text: 2, almost: 1, drawn: 4 };
  const flagsOfCells = (cells: number[]) => {
    const stats = new Statistics(2, toyCorpus(30, 196), sizes);
    const peaks = new SamplePeaks(2);
    for (let sample = 0; sample < 30; sample++) {
      const hits = cells.map((at) => ({ at, feature: 1, value: 1 }));
      const codes = toyCodes(sample, 196, 1, hits, []);
      peaks.scan(codes);
      stats.add(codes, peaks);
    }
    return flagsOf(stats, 1, grid);
  };

  it("call a synthetic corner feature a corner feature", () => {
    expect(flagsOfCells([0, 1, 14, 15])).toContain("corner");
    expect(flagsOfCells([180, 181, 194, 195, 90])).toContain("corner");
    expect(flagsOfCells([90, 91, 104, 105])).not.toContain("corner");
  });

  it("call a synthetic border feature a border feature, and an even one neither", () => {
    const all = Array.from({ length: 196 }, (_, i) => i);
    const border = all.filter((i) => i < 14 || i >= 182 || i % 14 === 0 || i % 14 === 13);
    expect(flagsOfCells(border)).toContain("border");
    const even = massAtEdges(new Float32Array(196).fill(1), grid);
    expect(even.corner).toBeCloseTo(16 / 196, 6);
    expect(even.border).toBeCloseTo(52 / 196, 6);
    expect(flagsOfCells(all)).not.toContain("border");
  });

  it("call a feature that fires where the codes are large a norm feature", () => {
    const stats = new Statistics(3, toyCorpus(30, 196), sizes);
    const peaks = new SamplePeaks(3);
    for (let sample = 0; sample < 30; sample++) {
      const even = Array.from({ length: 196 }, (_, at) => ({ at, feature: 0, value: 1 }));
      const large = { at: (sample * 37) % 196, feature: 1, value: 5 };
      const codes = toyCodes(sample, 196, 1, [...even, large], []);
      peaks.scan(codes);
      stats.add(codes, peaks);
    }
    expect(flagsOf(stats, 1, grid)).toContain("norm");
    expect(flagsOf(stats, 0, grid)).not.toContain("norm");
  });
});

describe("facets", () => {
  it("count samples and peaks apart: pictures, drawings, signs, captions, chats", () => {
    const facets = new Facets(2);
    const peaks = new SamplePeaks(2);
    const add = (codes: ReturnType<typeof toyCodes>, facts?: Parameters<Facets["add"]>[2]) => {
      peaks.scan(codes);
      facets.add(codes, peaks, facts);
    };
    const hit = (at: number, value: number) => ({ at, feature: 1, value });
    add(toyCodes(0, 4, 2, [hit(0, 3)], [hit(1, 2)]));
    add(toyCodes(1, 4, 2, [hit(2, 5)], []), { unseen: true });
    add(toyCodes(2, 4, 2, [hit(0, 1), hit(3, 7)], []), { unseen: false, signs: Uint8Array.of(0, 0, 0, 1) });
    add(toyCodes(3, 0, 2, [], [hit(0, 4)]));
    expect(facets.countsOf(1)).toEqual([
      { facet: "picture", n: 2, of: 2, peak: 3, samples: [0, 2] },
      { facet: "drawing", n: 1, of: 1, peak: 5, samples: [1] },
      { facet: "sign", n: 1, of: 1, peak: 7, samples: [2] },
      { facet: "caption", n: 1, of: 3, peak: 2, samples: [0] },
      { facet: "chat", n: 1, of: 1, peak: 4, samples: [3] },
    ]);
    expect(facets.countsOf(0).map((f) => f.n)).toEqual([0, 0, 0, 0, 0]);
  });
});

describe("words and sources", () => {
  const facts = new CorpusFacts();
  for (let i = 0; i < 200; i++) {
    const fries = i < 20;
    facts.add(
      {
        words: fries ? "Some fries on a plate" : `a ${["dog", "cat"][i % 2]} on a field`,
        tags: fries ? ["food"] : [`tag ${i % 10}`],
        isImage: true,
        source: i < 60 ? "north" : "south",
      },
      true,
    );
  }
  for (let i = 0; i < 50; i++) facts.add({ words: "hello there", tags: [], isImage: false, source: null }, true);

  it("lifts the words of the samples and leaves stop words out by the numbers", () => {
    const { samples, words } = liftedWords(
      Array.from({ length: 20 }, (_, i) => i),
      facts,
    );
    expect(samples).toBe(20);
    expect(words.map((w) => w.word)).toEqual(["fries", "plate", "some"]);
    expect(words[0]).toEqual({ word: "fries", lift: 10, n: 20 });
  });

  it("weighs captions by captions, so that no caption word is lifted by there being texts", () => {
    expect(
      liftedWords(
        Array.from({ length: 60 }, (_, i) => 100 + i),
        facts,
      ).words,
    ).toEqual([]);
  });

  it("measures how one-sided the samples are, and says so by a stated rule", () => {
    const north = Array.from({ length: 20 }, (_, i) => i);
    const one = shortcutOf(north, facts, { near: 5, kept: 15 });
    expect(one).toEqual({
      samples: 20,
      tagEntropy: 0,
      nearDuplicates: 0.25,
      largestSource: { name: "north", share: 1, corpusShare: 0.3 },
      verdict: "high",
    });
    const mixed = Array.from({ length: 20 }, (_, i) => 20 + 9 * i);
    expect(shortcutOf(mixed, facts, { near: 0, kept: 20 })?.verdict).toBe("low");
    expect(shortcutOf(north.slice(0, 9), facts, { near: 0, kept: 9 })).toBeNull();
    const none = { tagEntropy: null, nearDuplicates: 0, largestSource: null };
    expect(verdictOf(none)).toBe("low");
    expect(verdictOf({ ...none, nearDuplicates: 0.5 })).toBe("high");
    expect(verdictOf({ ...none, tagEntropy: 0.4 })).toBe("medium");
    expect(verdictOf({ ...none, largestSource: { name: "a", share: 0.95, corpusShare: 0.9 } })).toBe("low");
  });
});

describe("features with the same images", () => {
  it("are those of the largest Jaccard index, as counted set by set", () => {
    const tops = new Map([
      [0, [1, 2, 3, 4]],
      [1, [2, 3, 4, 5]],
      [2, [4, 9]],
      [3, [1, 2, 3, 4]],
      [4, []],
    ]);
    const found = sharedImages(tops);
    for (const [f, images] of tops) {
      const expected = [...tops]
        .filter(([g]) => g !== f)
        .map(([g, other]) => {
          const shared = images.filter((i) => other.includes(i)).length;
          return { index: g, shared, value: shared / new Set([...images, ...other]).size };
        })
        .filter((x) => x.shared >= 2)
        .sort((a, b) => b.value - a.value || a.index - b.index);
      expect(found.get(f)).toEqual(expected);
    }
  });
});

describe("silent look-alikes", () => {
  it("have code 0 everywhere, look like a named exemplar, and are no two from one group", async () => {
    const N = 12;
    const codes = toyImages(150, 4, N, 4).map((c) => ({ ...c, value: c.value.map((v) => (v > 1.2 ? v : 0)) }));
    const shas = codes.map((c) => (((c.sample % 140) + 1) * 2654435761).toString(16).padStart(8, "0").slice(-8));
    const corpus = corpusOf(shas, 4);
    const embedding = unitRows(
      matrix(
        150,
        3,
        Float32Array.from({ length: 450 }, (_, i) => Math.sin(i * i)),
      ),
    );
    const collection = await collectFeatures(() => codes, N, corpus, {
      seed: 1,
      grid: { rows: 2, cols: 2 },
      embedding,
      neighbours: () => new Map(),
    });
    const misses: ExtractedExemplar[] = [];
    const tops = new Map<string, number>();
    for await (const { exemplars: slice } of collectExemplars(() => codes, collection, corpus, 1)) {
      for (const e of slice) if (e.band === "top") tops.set(`${e.feature}/${e.rank}`, e.sample);
      misses.push(...slice.filter((e) => e.band === "miss"));
    }
    expect(misses.length).toBeGreaterThan(N);
    const cosine = (a: number, b: number) =>
      [0, 1, 2].reduce(
        (sum, c) => sum + (embedding.data[3 * a + c] as number) * (embedding.data[3 * b + c] as number),
        0,
      );
    for (const miss of misses) {
      expect(Math.max(...miss.grid)).toBe(0);
      const own = codes[miss.sample] as (typeof codes)[number];
      expect([...own.index].some((f, i) => f === miss.feature && (own.value[i] as number) > 0)).toBe(false);
      expect(miss.why).toBe("alike");
      const exemplar = tops.get(`${miss.feature}/${miss.resembles}`) as number;
      for (let rank = 1; rank <= 12; rank++) {
        const other = tops.get(`${miss.feature}/${rank}`);
        if (other !== undefined)
          expect(cosine(miss.sample, exemplar)).toBeGreaterThanOrEqual(cosine(miss.sample, other) - 1e-6);
      }
    }
    const groups = misses.map((m) => `${m.feature}/${corpus.first[m.sample]}`);
    expect(new Set(groups).size).toBe(groups.length);
  });
});
