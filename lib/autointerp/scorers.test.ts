import { describe, expect, it } from "vitest";
import { type Claim, claimOf, controlClaims, speakOfSame } from "@/lib/autointerp/claim";
import { assertHeldOut, chooseItems, detectionScore, type Item, spread } from "@/lib/autointerp/detection";
import { labelKeys, maskThreshold, Overlaps } from "@/lib/autointerp/iou";
import { anyOf, judgeFor, judgeText } from "@/lib/autointerp/judge";
import { termsOfLabel } from "@/lib/autointerp/label-terms";
import type { DetectionReceipt, Support, TermKind } from "@/lib/autointerp/schema";
import { auroc, datasetIou } from "@/lib/autointerp/statistics";
import { labelOf, questionAbout } from "@/lib/autointerp/terms";

const support = (term: string, kind: TermKind) => [{ term, kind, phrase: `a ${term}` }] as unknown as Support[];
const items = (role: Item["role"], from: number, n: number): Item[] =>
  Array.from({ length: n }, (_, i) => ({ sampleId: from + i, kind: "image", role, band: null }));
const receipt = (expected: boolean, answered: boolean | null, kind: "image" | "text" = "image"): DetectionReceipt => ({
  item: { sampleId: 1, kind, role: expected ? "positive" : "random", band: null },
  question: "?",
  expected,
  answered,
  right: answered === null ? null : answered === expected,
});

describe("detection", () => {
  it("tests the whole range of strengths and never one sample twice", () => {
    expect(spread([1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([1, 5, 9]);
    const silent = { miss: items("hard", 0, 8), neighbour: [], random: items("random", 100, 20) };
    const chosen = chooseItems(items("positive", 0, 20), silent);
    expect(chosen.map((i) => i.role)).toEqual([...Array(10).fill("positive"), ...Array(10).fill("random")]);
    expect(new Set(chosen.map((i) => i.sampleId)).size).toBe(20);
  });

  it("takes half of the negatives from what is similar: near misses first, then samples of near features", () => {
    const silent = {
      miss: items("hard", 50, 1),
      neighbour: items("neighbour", 50, 9),
      random: items("random", 100, 20),
    };
    const roles = chooseItems(items("positive", 0, 20), silent).map((i) => i.role);
    expect(roles.slice(10)).toEqual(["hard", ...Array(4).fill("neighbour"), ...Array(5).fill("random")]);
  });

  it("never judges by what an explainer may have seen", () => {
    expect(() => assertHeldOut(items("positive", 0, 3), new Set([9]))).not.toThrow();
    expect(() => assertHeldOut(items("positive", 0, 3), new Set([2]))).toThrow("explain pool");
  });

  it("judges pictures by any term, texts by whole words", () => {
    expect(anyOf([false, true, null])).toBe(true);
    expect(anyOf([false])).toBe(false);
    expect(anyOf([null, false])).toBeNull();
    expect(anyOf([])).toBeNull();
    const judge = judgeFor({ instructed: false });
    const claimOfTerms = (terms: Support[]) => claimOf({ text: "", support: terms }, 1);
    const several = claimOfTerms([...support("dog", "object"), ...support("red", "color")]);
    expect(judge.readImage(several, ["no.", "red."])).toBe(true);
    expect(judge.readImage(several, ["no.", "blue."])).toBe(false);
    expect(judge.readImage(several, ["hm", "blue."])).toBeNull();
    expect(judge.readImage(claimOfTerms(support("horizontal stripes", "texture")), ["horizontal stripes."])).toBe(true);
    expect(judgeText(support("hungry", "text"), "I am Hungry.")).toBe(true);
    expect(judgeText(support("eat", "text"), "my feather")).toBe(false);
  });

  it("gives one half to a constant judge and is void when too many answers are missing", () => {
    const yes = [true, true, true, false, false, false].map((e) => receipt(e, true));
    expect(detectionScore(yes, "image")).toMatchObject({ value: 0.5, n: 6, nMissing: 0, crossModal: null });
    expect(detectionScore([...yes, receipt(true, null)], "image")).toBeNull();
    expect(
      detectionScore(
        yes.filter((r) => r.expected),
        "image",
      ),
    ).toBeNull();
    const right = [true, true, true, false, false, false].map((e) => receipt(e, e, "text"));
    expect(detectionScore([...yes, ...right], "text")).toMatchObject({ value: 1, crossModal: 0.5 });
  });

  it("counts what could not be read, and never drops it", () => {
    const right = Array.from({ length: 20 }, (_, i) => receipt(i % 2 === 0, i % 2 === 0));
    expect(detectionScore([...right, receipt(true, null)], "image")).toMatchObject({ value: 1, n: 21, nMissing: 1 });
  });
});

describe("putting an explanation before a judge", () => {
  const claim = (text: string, imageShare = 1, terms: Support[] | null = null) =>
    claimOf({ text, support: terms }, imageShare);

  it("asks for the terms, or for the words as they are where the judge follows instructions", () => {
    const dog = claim("dog", 1, support("dog", "object"));
    expect(judgeFor({ instructed: false }).aboutImage(dog)).toEqual([{ text: "is there a dog?", maxTokens: 1 }]);
    const free = claim("things that shine in the dark");
    expect(judgeFor({ instructed: false }).aboutImage(free)).toEqual([]);
    expect(judgeFor({ instructed: true }).aboutImage(free)[0]?.text).toContain("things that shine in the dark");
    expect(judgeFor({ instructed: false }).aboutText(dog, "a dog")).toBeNull();
    expect(judgeFor({ instructed: true }).readText(dog, "a dog", "Yes.")).toBe(true);
  });

  it.each([
    ["object", "french fries", "is there some french fries?"],
    ["object", "apple", "is there an apple?"],
    ["object", "octopus", "is there an octopus?"],
    ["face", "sad face", "is there a sad face?"],
    ["word", "sale", "is the word sale written?"],
    ["country", "chile", "is chile on the map?"],
    ["color", "red", "what color is the background?"],
    ["texture", "dots", "what pattern is the background?"],
    ["texture", "plain", "what pattern is the background?"],
  ] as const)("reads the label of %s “%s” back", (kind, term, question) => {
    const terms = termsOfLabel(labelOf({ term, kind }), "image");
    expect(terms).toMatchObject([{ term, kind }]);
    expect(questionAbout(terms![0]!)?.text).toBe(question);
  });

  it("reads several terms and the labels of texts, and leaves sentences alone", () => {
    expect(termsOfLabel("dog or the word “sale”", "image")?.map((t) => t.kind)).toEqual(["object", "word"]);
    expect(termsOfLabel("after “am”", "text")).toEqual([{ term: "am", kind: "text", phrase: "after “am”" }]);
    expect(termsOfLabel("Hungry", "text")).toMatchObject([{ term: "hungry", kind: "text" }]);
    for (const words of ["things that shine", "a dog on the beach", "animals, mostly brown", ""])
      expect(termsOfLabel(words, "image")).toBeNull();
    expect(claim("dog", 0.2)).toMatchObject({ modality: "text" });
  });

  it("takes control labels of the same kind and the nearest density that speak of something else", () => {
    const f = (index: number, term: string, density: number, kind = "object") => {
      const own: Claim = claim(term, 1, support(term, "object"));
      return { index, kind, density, claim: own };
    };
    const pool = [f(1, "dog", 0.1), f(2, "dog", 0.2), f(3, "cat", 0.35), f(4, "red", 0.4, "color"), f(5, "bus", 0.9)];
    expect(controlClaims(pool, pool).map((c) => c?.text ?? null)).toEqual(["cat", "cat", "dog", null, "cat"]);
    expect(speakOfSame(claim("sad face"), claim("face"))).toBe(true);
    expect(speakOfSame(claim("sad face"), claim("happy face"))).toBe(false);
  });
});

describe("the area under the ROC curve", () => {
  it("is the share of pairs in the right order, ties counting half", () => {
    const naive = (p: number[], n: number[]) =>
      p.flatMap((a) => n.map((b): number => (a > b ? 1 : a === b ? 0.5 : 0))).reduce((a, b) => a + b, 0) /
      (p.length * n.length);
    const [p, n] = [
      [0.5, 0.9, 0.9, 0.3],
      [0.5, 0.1, 0.9],
    ];
    expect(auroc(p, n)).toBeCloseTo(naive(p, n), 12);
    expect(auroc([1, 1], [1])).toBe(0.5);
    expect(auroc([], [1])).toBeNull();
  });
});

describe("overlap with true regions", () => {
  it("is summed over the data set, patch-exact", () => {
    const overlaps = new Overlaps(new Map([[7, 0.5]]));
    const cells = [["thing:dog"], ["thing:dog"], ["color:red", "texture:dots"], ["color:red", "texture:dots"]];
    const codes = { rows: 4, k: 1, at: [0, 1, 2, 3], index: [7, 7, 7, 3], value: [1, 0.5, 2, 9] };
    overlaps.add(1, codes, () => true, cells);
    overlaps.add(2, { ...codes, index: [0, 0, 0, 0] }, () => true, [["thing:dog"], [], [], []]);
    expect(overlaps.of(7, labelKeys(support("dog", "object")))).toEqual([
      { sampleId: 1, intersection: 1, union: 3 },
      { sampleId: 2, intersection: 0, union: 1 },
    ]);
    expect(datasetIou(overlaps.of(7, ["thing:dog"]))).toBe(0.25);
    expect(overlaps.knows(["thing:cat"])).toBe(false);
  });

  it("takes half a per cent of the positions as the mask", () => {
    const histogram = { edges: [1, 2, 4, 8], image: [50, 30, 20] };
    expect(maskThreshold(histogram, 100_000)).toBe(0);
    expect(maskThreshold(histogram, 4000)).toBe(4);
    expect(maskThreshold(histogram, 2000)).toBeCloseTo(4 * 2 ** 0.5, 5);
  });
});
