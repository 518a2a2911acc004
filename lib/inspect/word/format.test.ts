import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWord, signBox, verdictOf, type WordState, wordAddress, wordOfLabel } from "./format";

const state: WordState = {
  in: "m/s",
  feature: 41,
  image: "a".repeat(64),
  word: "fries",
  x: 20,
  y: 80,
  size: 28,
  ink: "bare",
  text: "what does the sign say?",
  show: "scrambled",
};

describe("the address of the word bench", () => {
  it("is the state, and leaves out what is at its default", () => {
    const read = (address: string) => readWord(new URL(address, "http://h").searchParams, "other/sae");
    expect(read(wordAddress(state))).toEqual(state);
    expect(read(wordAddress({ ...state, feature: null }))).toEqual({ ...state, feature: null });
    expect(wordAddress({ in: "m/s", feature: 41, word: "fries" })).toBe("/inspect/word?f=m/s/41&word=fries");
  });

  it("takes what it can read and nothing else", () => {
    const query = new URLSearchParams("f=x&image=zz&x=400&y=&size=2&ink=gold&show=me&word=hi");
    expect(readWord(query, "m/s")).toEqual({
      ...{ in: "m/s", feature: null, image: null, word: "hi", x: 50, y: 50, size: 18, ink: "dark", text: "" },
      show: "word",
    });
  });
});

it("begins with what a label names", () => {
  const words = ["the word “fries”", "cloud or cucumber", "french fries", null, "a very long label of a feature"];
  expect(words.map(wordOfLabel)).toEqual(["fries", "cloud", "french fries", "", ""]);
});

describe("a sign", () => {
  it("lies wholly inside of its image, centred where it was put as far as there is room", () => {
    const side = fc.integer({ min: 8, max: 600 });
    const percent = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(
        side,
        side,
        fc.double({ min: 0.3, max: 20, noNaN: true }),
        percent,
        percent,
        (width, height, aspect, x, y) => {
          const [x0, y0, x1, y1] = signBox({ width, height }, aspect, { x, y, size: 18 });
          expect(x0).toBeGreaterThanOrEqual(0);
          expect(y0).toBeGreaterThanOrEqual(0);
          expect(x1).toBeLessThanOrEqual(width);
          expect(y1).toBeLessThanOrEqual(height);
          expect(x1).toBeGreaterThan(x0);
          expect(y1).toBeGreaterThan(y0);
        },
      ),
    );
    expect(signBox({ width: 112, height: 112 }, 2, { x: 50, y: 50, size: 25 })).toEqual([28, 42, 84, 70]);
  });
});

describe("the verdict", () => {
  const feature = { index: 1, label: "fries", status: "explained", aRef: 10, scale: 10 };
  const of = (plain: number, word: number, scrambled?: number) => {
    const version = (name: string, peak: number) => ({
      name,
      peak,
      anywhere: peak,
      cells: null,
      answer: { text: "", tokens: [] },
    });
    const versions = [version("plain", plain), version("word", word)];
    if (scrambled !== undefined) versions.push(version("scrambled", scrambled));
    return verdictOf({ feature, versions } as unknown as Parameters<typeof verdictOf>[0]);
  };

  it("credits the word only with what its scrambled letters do not do as well", () => {
    expect(of(0, 8, 0.5)).toContain(
      "+0.80 × ref where it lies, its letters in another order by +0.05 × ref: it is the word",
    );
    expect(of(0, 8, 4)).toContain("partly the letters");
    expect(of(0, 8, 8)).toContain("any such letters");
    expect(of(6, 0, 0)).toContain("−0.60 × ref");
    expect(of(6, 0, 0)).toContain("any such letters");
    expect(of(1, 1.5, 1)).toContain("hardly at all");
    expect(of(1, 5)).toContain("no other order");
  });
});
