import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Change, diffWords, signed, stretchesOf } from "./format";

/** Length of a longest common subsequence by its definition. */
function common(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return 0;
  if (a[0] === b[0]) return 1 + common(a.slice(1), b.slice(1));
  return Math.max(common(a.slice(1), b), common(a, b.slice(1)));
}

const unmarked = (text: string, changes: readonly Change[]) =>
  [...text.matchAll(/\S+/g)]
    .filter(({ index }) => !changes.some(({ from, to }) => index >= from && index < to))
    .map(([word]) => word);

const texts = fc
  .array(fc.constantFrom("a", "dog", "on", "grass.", "the"), { maxLength: 7 })
  .map((words) => words.join(" "));

describe("diffWords", () => {
  it("leaves a longest common sequence of words unmarked, the same on both sides", () => {
    fc.assert(
      fc.property(texts, texts, (left, right) => {
        const diff = diffWords(left, right);
        const kept = unmarked(left, diff.left);
        expect(unmarked(right, diff.right)).toEqual(kept);
        expect(kept.length).toBe(common(left.split(" ").filter(Boolean), right.split(" ").filter(Boolean)));
      }),
    );
  });

  it("marks where two answers part as first, and only that", () => {
    const diff = diffWords("a dog on green grass today", "a dog and cat on green sand today");
    expect(diff.right).toEqual([
      { from: 6, to: 9, first: true },
      { from: 10, to: 13, first: false },
      { from: 23, to: 27, first: false },
    ]);
    expect(diff.left).toEqual([{ from: 15, to: 20, first: false }]);
    expect(diffWords("same words", "same words")).toEqual({ left: [], right: [] });
  });

  it("does not take the missing end of a growing answer for a difference", () => {
    expect(diffWords("a dog on grass", "a dog o", true)).toEqual({ left: [], right: [] });
    expect(diffWords("a dog on grass", "a cat on gr", true).right).toHaveLength(1);
  });
});

describe("stretchesOf", () => {
  it("joins to the whole answer and marks exactly the changed characters, wherever tokens are cut", () => {
    const cuts = fc.array(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 8 });
    const spans = fc.array(fc.tuple(fc.nat(30), fc.nat(4)), { maxLength: 3 });
    fc.assert(
      fc.property(cuts, spans, (tokens, marks) => {
        let end = 0;
        const changes = marks.map(([gap, size], i): Change => {
          const from = end + gap;
          end = from + size + 1;
          return { from, to: end, first: i === 0 };
        });
        const stretches = stretchesOf(
          tokens.map((text) => ({ text })),
          changes,
        );
        const parts = stretches.flatMap(({ mark, parts }) => parts.map((part) => ({ ...part, mark })));
        expect(parts.map((p) => p.text).join("")).toBe(tokens.join(""));
        let at = 0;
        for (const { text, mark, token } of parts) {
          expect(tokens[token]).toContain(text);
          for (let i = 0; i < text.length; i++, at++) {
            expect(mark !== "same").toBe(changes.some((c) => at >= c.from && at < c.to));
          }
        }
      }),
    );
  });
});

it("signed numbers have a sign that is read, and zero has none", () => {
  expect([2, -0.5, 0, -0].map((x) => signed(x))).toEqual(["+2", "−0.5", "0", "0"]);
  expect(signed(-0.001, 1)).toBe("0.0");
});
