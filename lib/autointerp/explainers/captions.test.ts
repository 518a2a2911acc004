import { describe, expect, it } from "vitest";
import type { Verdict } from "@/lib/autointerp/aggregate";
import { chooseVerdict } from "./captions";

const verdict = (status: Verdict["status"], label: string | null = null): Verdict => ({
  ...{ status, label, kind: label ? ("object" as const) : null, support: [], runnersUp: [] },
  reason: label ? null : "Nothing is named often enough.",
});
const [declined, skipped] = [verdict("declined"), verdict("skipped")];
const [dog, word] = [verdict("explained", "dog"), verdict("explained", "the word “there”")];

describe("the label of a feature", () => {
  it("is what is found where it fires more", () => {
    expect(chooseVerdict(0.9, dog, word)).toBe(dog);
    expect(chooseVerdict(0.1, dog, word)).toBe(word);
    expect(chooseVerdict(0.5, dog, word)).toBe(dog);
  });

  it("is what is found in the other ones, if it fires there a fifth of the time", () => {
    expect(chooseVerdict(0.75, declined, word)).toBe(word);
    expect(chooseVerdict(0.3, dog, declined)).toBe(dog);
    expect(chooseVerdict(0.95, declined, word)).toMatchObject({
      ...{ status: "declined", label: null },
      reason: "Nothing is named often enough. In texts, where it fires seldom: the word “there”.",
    });
    expect(chooseVerdict(0.01, dog, skipped)).toMatchObject({ status: "declined", label: null });
  });

  it("is missing as it is missing where it fires more, unless there was nothing to read", () => {
    expect(chooseVerdict(0.9, declined, skipped)).toBe(declined);
    expect(chooseVerdict(0.9, skipped, declined)).toBe(declined);
    expect(chooseVerdict(0.9, skipped, skipped)).toBe(skipped);
  });
});
