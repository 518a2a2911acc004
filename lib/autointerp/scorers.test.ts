import { describe, expect, it } from "vitest";
import {
  chooseItems,
  detectionScore,
  type Item,
  judgePicture,
  judgeText,
  shuffledLabels,
  spread,
} from "@/lib/autointerp/detection";
import { labelKeys, maskThreshold, Overlaps } from "@/lib/autointerp/iou";
import type { DetectionReceipt, Support } from "@/lib/autointerp/schema";
import { datasetIou } from "@/lib/autointerp/statistics";

const support = (term: string, kind: Support["kind"]) => [{ term, kind, phrase: `a ${term}` }] as unknown as Support[];
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
    const chosen = chooseItems(items("positive", 0, 20), items("hard", 0, 8), items("random", 100, 20));
    expect(chosen.map((i) => i.role)).toEqual([
      ...Array(6).fill("positive"),
      ...Array(3).fill("hard"),
      ...Array(3).fill("random"),
    ]);
    expect(new Set(chosen.map((i) => i.sampleId)).size).toBe(12);
  });

  it("judges pictures by any term, texts by whole words", () => {
    expect(judgePicture(["no.", "yes, in the center."])).toBe(true);
    expect(judgePicture(["no."])).toBe(false);
    expect(judgePicture(["hm", "no."])).toBeNull();
    expect(judgePicture([])).toBeNull();
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

  it("takes control labels of the same kind that differ", () => {
    const f = (index: number, label: string, kind = "object") => ({ index, label, kind, density: index / 10 });
    const control = shuffledLabels([f(1, "dog"), f(2, "dog"), f(3, "cat"), f(4, "red", "color")]);
    expect([...control]).toEqual([
      [1, 3],
      [2, 3],
      [3, 2],
      [4, null],
    ]);
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
