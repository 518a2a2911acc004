import { describe, expect, it } from "vitest";
import { aggregate, contrastOf } from "@/lib/autointerp/aggregate";
import { agree } from "@/lib/autointerp/explainers/self";
import { balancedAccuracy, bootstrapIou, datasetIou } from "@/lib/autointerp/statistics";
import { questionAbout, type Term, termsOf, yesOrNo } from "@/lib/autointerp/terms";
import { labelTexts, wordsOf } from "@/lib/autointerp/text-label";
import { wilson } from "@/lib/tensor/stats";

describe("terms of an answer", () => {
  it.each([
    ["a dog.", ["object:dog"]],
    ["some french fries.", ["object:french fries"]],
    ["a happy face.", ["face:happy face"]],
    ["the word fries.", ["word:fries"]],
    ["the name chile.", ["country:chile"]],
    ["the sea.", ["sea:sea"]],
    ["a plain red background.", ["color:red", "texture:plain"]],
    ["a blue background with dots.", ["color:blue", "texture:dots"]],
    ["nothing.", []],
  ])("%s", (answer, expected) => {
    expect(termsOf(answer)?.map((t) => `${t.kind}:${t.term}`)).toEqual(expected);
  });

  it("tell an unreadable answer from nothing", () => {
    expect(termsOf("")).toBeNull();
    expect(termsOf("what? no: sorry")).toBeNull();
  });

  it("turn into questions in the model's own words", () => {
    expect(questionAbout((termsOf("some french fries.") as Term[])[0] as Term)?.text).toBe(
      "is there some french fries?",
    );
    expect(questionAbout((termsOf("the word fries.") as Term[])[0] as Term)?.text).toBe("is the word fries written?");
    expect(yesOrNo("Yes, in the top left.")).toBe(true);
    expect(yesOrNo("no.")).toBe(false);
    expect(yesOrNo("maybe")).toBeNull();
  });
});

describe("asking no more than needed", () => {
  it("stops when the first answers name one same thing", () => {
    expect(agree(["a red apple.", "a green apple.", "an apple."])).toBe(true);
    expect(agree(["a dog.", "a dog.", "a cat."])).toBe(false);
    expect(agree(["a dog.", "a dog."])).toBe(false);
    expect(agree(["", "", ""])).toBe(false);
  });
});

describe("aggregation", () => {
  const contrast = contrastOf(["a dog.", "a cat.", "a plain red background.", "a plain blue background.", "nothing."]);

  it("labels what most answers share and the contrast lacks", () => {
    const verdict = aggregate(["a pizza.", "a pizza.", "a dog.", "a pizza."], contrast);
    expect(verdict).toMatchObject({ status: "explained", label: "pizza", kind: "object" });
    expect(verdict.support[0]).toMatchObject({ hits: 3, n: 4, contrastHits: 0, contrastN: 5 });
  });

  it("finds a shared head noun, and two things that share a feature", () => {
    expect(aggregate(["a red apple.", "a green apple.", "an apple."], contrast).label).toBe("apple");
    expect(aggregate(["a bus.", "a bus.", "a tram.", "a tram."], contrast).label).toMatch(
      /^(bus or tram|tram or bus)$/,
    );
  });

  it("declines answers that share nothing, or only what is everywhere", () => {
    expect(aggregate(["a pizza.", "a key.", "a bus."], contrast).status).toBe("declined");
    const common = contrastOf(Array.from({ length: 20 }, () => "a plain red background."));
    expect(aggregate(["a plain red background.", "a plain red background."], common).status).toBe("declined");
  });

  it("has states for no exemplars and unreadable answers", () => {
    expect(aggregate([], contrast).status).toBe("skipped");
    const unparsed = aggregate(["??", "", "a dog."], contrast);
    expect(unparsed).toMatchObject({ status: "unparsed", label: null });
  });
});

describe("text labels", () => {
  const window = (before: string, peak: string) => ({ tokens: [before, ` ${peak}`, "."], peakAt: 1 });
  /** Windows of other features: "dog" after "a" in half of them, as many words after "the". */
  const contrast = Array.from({ length: 80 }, (_, i) => window(i % 2 ? "a" : "the", i % 2 ? "dog" : `word${i}`));

  it("join the pieces of a word", () => {
    expect(wordsOf({ tokens: ["I", " am", " hun", "gry", "."], peakAt: 3 })).toMatchObject({
      peak: "hungry",
      before: "am",
    });
    expect(wordsOf({ tokens: ["<user>", " hello"], peakAt: 0 }).peak).toBe("<user>");
  });

  it("name the word, or what comes before where words differ", () => {
    expect(labelTexts([window("so", "hungry"), window("i", "hungry")], contrast).label).toBe("the word “hungry”");
    const countries = ["peru", "japan", "kenya"].map((country) => window("in", country));
    expect(labelTexts(countries, contrast)).toMatchObject({ label: "after “in”", kind: "text" });
    expect(labelTexts([window("x", "!"), window("y", "!")], contrast).label).toBe("the token “!”");
  });

  it("name two words that take turns", () => {
    const turns = ["cat", "pig", "cat", "pig"].map((word, i) => window(`w${i}`, word));
    expect(labelTexts(turns, contrast).label).toMatch(/^the word “(cat|pig)” or the word “(cat|pig)”$/);
  });

  it("need more than one text, and more of them the more usual the word is", () => {
    const dogs = (n: number) => labelTexts(Array(n).fill(window("a", "dog")), contrast);
    expect(labelTexts([window("so", "hungry")], contrast).status).toBe("declined");
    expect(dogs(2)).toMatchObject({ status: "declined", label: null, confidence: null });
    expect(dogs(20)).toMatchObject({ status: "explained", label: "the word “dog”" });
    expect(labelTexts([window("k", "l"), window("m", "n")], contrast).status).toBe("declined");
    expect(labelTexts([], contrast).status).toBe("skipped");
  });
});

describe("score statistics", () => {
  it("Wilson at known values", () => {
    expect(wilson(0, 0)).toBeNull();
    const { lo, hi } = wilson(8, 10) as { lo: number; hi: number };
    expect(lo).toBeCloseTo(0.4902, 3);
    expect(hi).toBeCloseTo(0.9433, 3);
  });

  it("balanced accuracy of a constant answer is one half, and undefined without a class", () => {
    const items = [true, true, true, false].map((expected) => ({ expected, answered: true }));
    expect(balancedAccuracy(items)).toBe(0.5);
    expect(balancedAccuracy(items.slice(0, 3))).toBeNull();
  });

  it("IoU is summed over the data set before dividing", () => {
    const images = [
      { intersection: 4, union: 4 },
      { intersection: 0, union: 12 },
    ];
    expect(datasetIou(images)).toBe(0.25);
    expect(datasetIou([])).toBeNull();
    const interval = bootstrapIou(images, 1);
    expect(interval?.lo).toBeLessThanOrEqual(0.25);
    expect(interval?.hi).toBeGreaterThanOrEqual(0.25);
  });
});
