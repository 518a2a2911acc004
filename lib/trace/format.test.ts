import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  answerOf,
  differs,
  formatProbability,
  formatSigned,
  formatTimes,
  METHODS,
  partsOf,
  readableToken,
  type TraceSite,
} from "./format";

const figure = fc.double({ min: -20, max: 20, noNaN: true });

describe("figures of a trace", () => {
  test("a signed figure carries its sign, and a true minus", () => {
    expect([1.84, -0.31, 0.0123, -0.00123, 0, 123.4, null].map(formatSigned)).toEqual([
      "+1.84",
      "−0.31",
      "+0.012",
      "−0.0012",
      "0",
      "+123",
      "–",
    ]);
  });

  test("probabilities stay readable down to the rarest", () => {
    expect([0.74, 0.033, 0.0021, 0.0001, 1e-9].map((p) => formatProbability(Math.log(p)))).toEqual([
      "74 %",
      "3.3 %",
      "0.2 %",
      "1 in 10,000",
      "almost never",
    ]);
    expect(formatProbability(1e-9)).toBe("100 %");
  });

  test("a gap reads as how many times likelier, whatever its sign", () => {
    expect(formatTimes(1.84)).toBe("6.3 times");
    expect(formatTimes(-1.84)).toBe(formatTimes(1.84));
    expect(formatTimes(60)).toBe("over a million times");
  });

  test("tokens lose their word-piece marks, and a picker names a token without letters by its number", () => {
    expect(readableToken("▁yes")).toBe(" yes");
    expect(answerOf({ id: 30, token: "▁yes" })).toBe("yes");
    expect(answerOf({ id: 2, token: "</s>" })).toBe("#2");
    expect(answerOf({ id: 9, token: "\n" })).toBe("#9");
  });
});

describe("estimate and ablation", () => {
  test("they differ by half of the larger, or in sign, or not at all when one was not run", () => {
    expect(differs(1, 0.4)).toBe(true);
    expect(differs(1, 0.6)).toBe(false);
    expect(differs(0.4, 1)).toBe(true);
    expect(differs(0.01, -0.01)).toBe(true);
    expect(differs(1, null)).toBe(false);
  });

  test("it does not matter which is which, nor which answer is asked for", () => {
    fc.assert(
      fc.property(figure, figure, (a, b) => {
        expect(differs(a, b)).toBe(differs(b, a));
        expect(differs(-a, -b)).toBe(differs(a, b));
      }),
    );
  });
});

describe("parts of an estimate", () => {
  const site = fc.record({
    bySource: fc.record({ image: figure, question: figure, special: figure }),
    ...{ error: figure, bias: figure },
  }) as fc.Arbitrary<TraceSite>;

  test("shares add up to one, and values to the total", () => {
    fc.assert(
      fc.property(site, fc.constantFrom(...METHODS), (of, method) => {
        const { parts, total } = partsOf(of, method);
        const some = parts.some(({ value }) => value !== 0);
        expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(some ? 1 : 0, 9);
        expect(parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(total, 9);
        expect(parts.every(({ share }) => share >= 0)).toBe(true);
      }),
    );
  });

  test("the bias is a part of a gradient's estimate only", () => {
    const of = { bySource: { image: 1, question: 2, special: -1 }, error: 0.5, bias: 4 } as TraceSite;
    expect(METHODS.map((method) => partsOf(of, method).total)).toEqual([6.5, 2.5, 2.5]);
  });
});
