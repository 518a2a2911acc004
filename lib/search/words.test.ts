import { describe, expect, it } from "vitest";
import { parseWords } from "./words";

describe("parseWords", () => {
  it("makes a beginning of the last word", () => {
    expect(parseWords("french fri").prefix).toBe("french & fri:*");
    expect(parseWords("Café").prefix).toBe("cafe:*");
  });
  it("leaves phrases, minus words and finished words alone", () => {
    expect(parseWords('"french fries"').prefix).toBeNull();
    expect(parseWords("fries -red").prefix).toBeNull();
    expect(parseWords("fries ").prefix).toBeNull();
    expect(parseWords("").prefix).toBeNull();
  });
  it("survives what tsquery would choke on", () => {
    expect(parseWords("a & | ! ( :*").prefix).toBe("a:*");
    expect(parseWords("&|!").prefix).toBeNull();
  });
  it("escapes what LIKE would take for a pattern", () => {
    expect(parseWords("100%_a").stem).toBe("100\\%\\_a");
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
