import { describe, expect, it } from "vitest";
import { captionTerms, termMap } from "@/lib/autointerp/caption-terms";
import { termsOf } from "@/lib/autointerp/terms";
import { lead, type Read, type Source, verdictOf, weighTerms } from "@/lib/autointerp/weigh";

const read = (...answers: string[]): Read => termMap(answers.flatMap((a) => termsOf(a) ?? []));

/** Captions of 100 images elsewhere: "dog" in a tenth of them, the other things in fewer. */
const contrast = {
  n: 100,
  hits: new Map([
    ["object:dog", 10],
    ["object:cat", 5],
    ["object:egg", 2],
    ["object:fried egg", 2],
    ["color:red", 12],
  ]),
};
const captions = (...reads: Read[]): Source => ({ reads, contrast, hit: 0.8, selective: true });

describe("weighTerms", () => {
  it("is the sum of the log odds of each observation", () => {
    const [best] = weighTerms([captions(read("a dog"), read("a dog"), read("a cat"))]);
    const chance = 10.5 / 101;
    expect(best?.terms.map((t) => t.term)).toEqual(["dog"]);
    expect(best?.weight).toBeCloseTo(2 * Math.log(0.8 / chance) + Math.log(0.2 / (1 - chance)), 9);
  });

  it("takes a term that a selective source never names for nothing, and one that it could have named for evidence against", () => {
    const regions = (selective: boolean): Source => ({
      ...captions(read("the sea"), read("the sea")),
      hit: 0.6,
      selective,
    });
    const maps = captions(read("a map"), read("a map"));
    const weightOf = (selective: boolean) =>
      weighTerms([regions(selective), { ...maps, selective }]).find((w) => w.terms[0]?.term === "sea")?.weight ?? 0;
    expect(weightOf(true)).toBeGreaterThan(weightOf(false));
  });

  it("says less of a region that shows one of the things that its image is known to show", () => {
    const regions: Source = { reads: [read("a cat")], contrast, hit: 0.6, selective: false };
    const [alone] = weighTerms([regions]);
    const [among] = weighTerms([{ ...regions, among: [read("a cat", "a dog")] }]);
    expect(alone?.weight).toBeCloseTo(Math.log(0.6 / (5.5 / 101)), 9);
    expect(among?.weight).toBeCloseTo(Math.log(0.75 / 0.5), 9);
  });

  it("joins two terms that take turns, and only those", () => {
    const turns = [..."aabbaabb"].map((x) => read(x === "a" ? "a cat" : "a fried egg"));
    expect(verdictOf([captions(...turns)])).toMatchObject({
      status: "explained",
      label: "fried egg or cat",
      kind: "object",
    });
    const together = [..."aaaaaa"].map(() => read("a cat", "a fried egg"));
    expect(verdictOf([captions(...together)]).support).toHaveLength(1);
  });

  it("ignores what cannot be read", () => {
    expect(weighTerms([captions(read("a cat"), null, null)])).toEqual(weighTerms([captions(read("a cat"))]));
  });
});

describe("verdictOf", () => {
  it("declines what one coincidence says, and skips what says nothing", () => {
    expect(verdictOf([captions(read("a cat"), read("a dog"), read("a red background"))]).status).toBe("declined");
    expect(verdictOf([captions()])).toMatchObject({ status: "skipped", label: null });
    expect(verdictOf([captions(null)]).status).toBe("declined");
  });

  it("prefers the more exact of two names that are said equally often, and leads only over other things", () => {
    const sources = [captions(read("a fried egg"), read("a fried egg"), read("a fried egg"))];
    expect(verdictOf(sources).label).toBe("fried egg");
    const weighed = weighTerms(sources);
    expect(lead(weighed)).toBe(weighed[0]?.weight);
  });

  it("is surer of more evidence, and not at all of a label that it does not give", () => {
    const of = (n: number) => verdictOf([captions(...Array.from({ length: n }, () => read("a fried egg")))]);
    expect(of(3).confidence).toBeGreaterThan(0.8);
    expect(of(6).confidence).toBeGreaterThan(of(3).confidence as number);
    expect(of(60).confidence).toBeLessThanOrEqual(0.9);
    expect(of(0).confidence).toBeNull();
  });
});

describe("captionTerms", () => {
  const names = (caption: string | null, tags: string[] = []) => [...captionTerms(caption, tags).keys()];

  it("reads the noun phrases of a caption", () => {
    expect(names("a dog, the word sale and some french fries on a red background with stripes.")).toEqual([
      ...["object:dog", "word:sale", "object:french fries", "object:fries", "color:red", "texture:stripes"],
    ]);
    expect(names("A man riding a bicycle on the street, with a red hat")).toEqual(
      expect.arrayContaining(["object:bicycle", "object:street", "object:red hat", "object:hat"]),
    );
    expect(names("a map with canada, mexico and panama.")).toEqual([
      ...["object:map", "country:canada", "country:mexico", "country:panama"],
    ]);
  });

  it("takes tags for things unless the caption names them as something else", () => {
    expect(names("the word dog on a red background.", ["dog", "animal"])).toEqual([
      "word:dog",
      "color:red",
      "object:animal",
    ]);
    expect(names(null, [])).toEqual([]);
  });
});
