import { describe, expect, it } from "vitest";
import { parseDesk } from "../../desk/format";
import { type SearchResult, searchParamsSchema, type Trial } from "../../schema";
import { deskAddress, formatKl, goalWords, medianOf, questionWords, stackDots, verdictOf, waysOf } from "./format";

const trial = (n: number, before: number, corrected: number, broken = 0): Trial => ({
  ...{ n, before, corrected, broken, after: before + corrected - broken },
  ...{ rate: n > before ? corrected / (n - before) : null, lo: 0, hi: 1, p: null },
});
const turned = (feature: string): SearchResult["steering"][number] => ({
  ...{ feature, method: "add", strength: -0.6561000000000001, unit: "ref", where: { positions: "all" }, label: null },
});
const two = [turned("4-res-4k/7"), { ...turned("4-res-4k/9"), method: "ablate" as const, strength: 1 }];
const result: SearchResult = {
  ...{ found: true, steering: two, fit: trial(28, 14, 14), heldOut: trial(20, 10, 7, 1) },
  ...{ offTarget: { kl: 0.01, changed: 0, n: 8 }, curve: [], controls: null, questions: null, notice: null },
  baselines: [{ name: "difference of means x 2", heldOut: trial(20, 10, 3), kl: 0.2, changed: 0.1 }],
};
const params = searchParamsSchema.parse({
  ...{ model: "tiny", in: "tiny/4-res-4k" },
  fit: [
    {
      messages: [{ role: "user", content: "is there a dog?" }],
      ...{ image: "a".repeat(64), wanted: "no", unwanted: "yes" },
    },
  ],
});

describe("the headline of a search", () => {
  it("names how many features were found", () => {
    expect(verdictOf(result)).toMatchObject({ tone: "good", title: "Found: 2 features" });
    expect(verdictOf({ ...result, steering: [two[0]!] }).title).toBe("Found: 1 feature");
  });

  it("says how far the best came when nothing reaches the goal", () => {
    const { tone, title, more } = verdictOf({ ...result, found: false, fit: trial(28, 14, 5) });
    expect([tone, title]).toEqual(["warn", "Nothing within the limits reaches it"]);
    expect(more).toContain("solves 5 of 14");
    expect(verdictOf({ ...result, found: false, fit: trial(1, 0, 0) }).more).toContain("still wins");
    expect(verdictOf({ ...result, found: false }).more).toContain("0.5 nats");
    expect(verdictOf({ ...result, found: false, steering: [] }).title).toBe("Nothing within the limits helps");
  });

  it("does not call it a find when nothing was wrong", () => {
    const { title, more } = verdictOf({ ...result, steering: [], fit: trial(1, 1, 0), heldOut: trial(12, 11, 0) });
    expect(title).toBe("Nothing to mend");
    expect(more).toContain("by itself, and to 11 of 12 held-out prompts.");
  });
});

describe("the words around it", () => {
  it("tell where prompts came from", () => {
    expect(questionWords({ asked: 800, mistakes: 23, fit: 28, heldOut: 251 })).toBe(
      "800 questions asked, 23 mistakes; 28 prompts to choose on, 251 prompts held out",
    );
  });

  it("tell the goal, one's own and that of many", () => {
    expect(goalWords(params)).toBe("“is there a dog?” → “no”");
    const questions = { kind: "country", mend: "yes", ask: 800, fit: 14, heldOut: 240 } as const;
    expect(goalWords({ fit: [], questions })).toBe("no wrong “yes” to questions of kind country");
  });
});

describe("what was found on the steering desk", () => {
  it("has all features, short strengths, and the question with both answers", () => {
    const desk = parseDesk(new URLSearchParams(deskAddress(params, two).split("?")[1]));
    expect(desk.features).toEqual([
      { ref: "4-res-4k/7", strength: -0.6561, method: "add", where: null },
      { ref: "4-res-4k/9", strength: 1, method: "ablate", where: null },
    ]);
    expect(desk).toMatchObject({ model: "tiny", image: "a".repeat(64), prompt: "is there a dog?", answer: "no" });
  });
});

describe("figures of the proof", () => {
  it("put what was found first among the ways, and none without held-out prompts", () => {
    expect(waysOf(result).map(({ name, ours }) => [name, ours])).toEqual([
      ["2 features", true],
      ["difference of means × 2", false],
    ]);
    expect(waysOf({ ...result, heldOut: null })).toEqual([]);
  });

  it("pile up equal rates", () => {
    expect(stackDots([0.5, 0, 0, 0.001])).toEqual([
      { rate: 0, level: 0 },
      { rate: 0, level: 1 },
      { rate: 0, level: 2 },
      { rate: 0.5, level: 0 },
    ]);
  });

  it("say a KL as short as it matters", () => {
    expect([0, 2.6e-7, 0.0031, 0.1234, 2].map(formatKl)).toEqual(["0", "< 0.0001", "0.0031", "0.12", "2"]);
  });

  it("have a middle", () => {
    expect([medianOf([]), medianOf([3, 1, 2]), medianOf([4, 1, 2, 3])]).toEqual([null, 2, 2.5]);
  });
});
