import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TraceSite, TraceToken } from "../format";
import type { Cause, TraceResult } from "../schema";
import { type CauseView, causeRows, featureRef, tokensAt, whereWords } from "./format";

const TOKENS: TraceToken[] = [
  { id: 1, text: "<s>", kind: "special" },
  { id: 2, text: "<image>", kind: "image", cell: 0 },
  { id: 2, text: "<image>", kind: "image", cell: 17 },
  { id: 3, text: "▁chile", kind: "text" },
  { id: 4, text: "?", kind: "text" },
];
const ALL: CauseView = { source: "all", sign: "all", sort: "estimate", grouped: false };
const SITE = { sae: "m/a", error: 0.31, perToken: [0, 0, 0, 0, 0] } as unknown as TraceSite;

const cause = (feature: number | null, position: number, estimate: number, ablated: number | null): Cause => {
  return {
    sae: "m/a",
    ref: feature === null ? null : `m/a/${feature}`,
    label: null,
    position,
    activation: 1,
    estimate,
    ablated,
  };
};
const resultOf = (causes: Cause[]) => ({ tokens: TOKENS, geometry: null, causes }) as unknown as TraceResult;

const CAUSES = [cause(7, 3, 1.1, 1.0), cause(7, 2, -0.4, -0.5), cause(9, 1, 0.2, null), cause(null, -1, 0.31, 0.25)];
const named = (view: Partial<CauseView>, causes = CAUSES) =>
  causeRows(resultOf(causes), "m", SITE, { ...ALL, ...view }).map(({ index, estimate }) => [index, estimate]);

describe("causes as rows", () => {
  test("the largest comes first, and the SAE error is a row among them", () => {
    expect(named({})).toEqual([
      [7, 1.1],
      [7, -0.4],
      [null, 0.31],
      [9, 0.2],
    ]);
  });

  test("sorted by ablation, what was not run comes last", () => {
    expect(named({ sort: "ablated" }).map(([index]) => index)).toEqual([7, 7, null, 9]);
  });

  test("filters keep image, question or one sign; the error stays", () => {
    expect(named({ source: "image" })).toEqual([
      [7, -0.4],
      [null, 0.31],
      [9, 0.2],
    ]);
    expect(named({ source: "question", sign: "supports" })).toEqual([
      [7, 1.1],
      [null, 0.31],
    ]);
  });

  test("what nobody wrote is special, be it a mark of the chat or a token that is not known", () => {
    const special = named({ source: "special" }, [...CAUSES, cause(2, 0, 0.9, null), cause(3, 99, 0.8, null)]);
    expect(special.map(([index]) => index)).toEqual([2, 3, null]);
  });

  test("a feature's positions are summed, strongest first; a part that was not run leaves the sum open", () => {
    const [first] = causeRows(resultOf(CAUSES), "m", SITE, { ...ALL, grouped: true });
    expect(first).toMatchObject({ ref: "m/a/7", positions: [3, 2], ablated: 0.5 });
    expect(first?.estimate).toBeCloseTo(0.7);
    const open = causeRows(resultOf([...CAUSES, cause(7, 4, 0.1, null)]), "m", SITE, { ...ALL, grouped: true });
    expect(open[0]).toMatchObject({ index: 7, ablated: null });
  });

  test("grouping loses nothing: sums of estimates stay, and every position stands once", () => {
    const one = fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 4 }), fc.double({ min: -3, max: 3, noNaN: true }));
    const distinct = fc.uniqueArray(one, {
      selector: ([feature, position]) => `${feature}@${position}`,
      maxLength: 20,
    });
    fc.assert(
      fc.property(distinct, (given) => {
        const causes = given.map(([feature, position, estimate]) => cause(feature, position, estimate, estimate));
        const total = (grouped: boolean) => {
          const rows = causeRows(resultOf(causes), "m", SITE, { ...ALL, grouped });
          return {
            n: rows.flatMap(({ positions }) => positions).length,
            sum: rows.reduce((s, r) => s + r.estimate, 0),
          };
        };
        expect(total(true).n).toBe(total(false).n);
        expect(total(true).sum).toBeCloseTo(total(false).sum, 9);
      }),
    );
  });

  test("causes of another SAE do not show, however it is named", () => {
    const other = { ...cause(1, 3, 5, 5), sae: "b", ref: "b/1" };
    expect(named({}, [...CAUSES, other])).toEqual(named({}));
    const short = { ...cause(1, 3, 5, 5), sae: "a", ref: "a/1" };
    expect(named({}, [...CAUSES, short])[0]).toEqual([1, 5]);
    expect(featureRef("m", { sae: "a", ref: "12" })).toBe("m/a/12");
  });
});

describe("where a cause lies", () => {
  test("words for one place, for many, and for all", () => {
    expect(whereWords([3], TOKENS, 14)).toBe("“chile”");
    expect(whereWords([2], TOKENS, 14)).toBe("row 2, column 4");
    expect(whereWords([1, 2, 3], TOKENS, 14)).toBe("2 patches, 1 token");
    expect(whereWords([], TOKENS, 14)).toBe("all tokens");
    expect(whereWords([99], TOKENS, 14)).toBe("–");
  });

  test("a site in the vision tower counts the cells of the image", () => {
    const tower = { ...SITE, perToken: new Array(6).fill(0) };
    const result = { ...resultOf([]), geometry: { rows: 2, cols: 3 } } as unknown as TraceResult;
    expect(whereWords([4], tokensAt(result, tower), 3)).toBe("row 2, column 2");
    expect(tokensAt(result, SITE)).toBe(TOKENS);
  });
});
