import { describe, expect, it } from "vitest";
import { parseWords } from "./words";

describe("parseWords", () => {
  it("splits plain words and knows whether the last is finished", () => {
    expect(parseWords("french fri")).toMatchObject({ words: ["french", "fri"], unfinished: true, exact: false });
    expect(parseWords("fries ")).toMatchObject({ words: ["fries"], unfinished: false });
    expect(parseWords("Café").words).toEqual(["cafe"]);
    expect(parseWords("")).toMatchObject({ words: [], address: null });
    expect(parseWords("100%_a & | ! ( :*").words).toEqual(["100", "a"]);
  });
  it("takes quotes and minus words at their word", () => {
    expect(parseWords('"french fries"').exact).toBe(true);
    expect(parseWords("fries -red").exact).toBe(true);
    expect(parseWords("t-shirt").exact).toBe(false);
  });
  it("reads addresses", () => {
    expect(parseWords("4121").address).toEqual({ model: undefined, sae: undefined, index: 4121 });
    expect(parseWords("#12").address?.index).toBe(12);
    expect(parseWords("6-res-8k/12").address).toEqual({ model: undefined, sae: "6-res-8k", index: 12 });
    expect(parseWords("http://localhost:3000/tiny/6-res/12?band=b1").address).toEqual({
      model: "tiny",
      sae: "6-res",
      index: 12,
    });
    expect(parseWords("12 dogs").address).toBeNull();
    expect(parseWords("99999999999999").address).toBeNull();
  });
});
