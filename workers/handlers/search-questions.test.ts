import { describe, expect, it } from "vitest";
import { type Answered, splitAnswers, toPrompt } from "./search-questions";

const one = (image: string, truth: "yes" | "no", said: string): Answered => ({
  ...{ image, truth, said, question: `is it on ${image}?` },
});

describe("splitAnswers", () => {
  const answered = Array.from({ length: 12 }, (_, i) => [
    one(`i${i}`, "no", i % 3 === 0 ? "yes, it is" : "no"),
    one(`i${i}`, "yes", i === 5 ? "no" : "yes, in the center"),
  ]).flat();

  it("takes mistakes of the wanted sort, and never one picture for both parts", () => {
    const { mistakes, fit, heldOut } = splitAnswers(answered, { mend: "yes", fit: 14, heldOut: 240 });
    expect(mistakes.map(({ image }) => image)).toEqual(["i0", "i3", "i6", "i9"]);
    expect(fit.wrong.map(({ image }) => image)).toEqual(["i0", "i3"]);
    expect(heldOut.wrong.map(({ image }) => image)).toEqual(["i6", "i9"]);
    const images = (part: typeof fit) => new Set([...part.wrong, ...part.right].map(({ image }) => image));
    for (const image of images(fit)) expect(images(heldOut)).not.toContain(image);
    // The other mistake is neither to be mended nor a right answer.
    expect([...fit.right, ...heldOut.right].some(({ said, truth }) => !said.startsWith(truth))).toBe(false);
    expect(splitAnswers(answered, { mend: "no", fit: 14, heldOut: 240 }).fit.wrong.map(({ image }) => image)).toEqual([
      "i5",
    ]);
  });

  it("keeps to its limits, and fits nothing where nothing is wrong", () => {
    const few = splitAnswers(answered, { mend: "yes", fit: 1, heldOut: 3 });
    expect([few.fit.wrong.length, few.fit.right.length, few.heldOut.wrong.length]).toEqual([1, 1, 3]);
    expect(few.heldOut.right).toHaveLength(3);
    const none = splitAnswers([one("a", "no", "no")], { mend: "yes", fit: 4, heldOut: 4 });
    expect([none.mistakes.length, none.fit.right.length, none.heldOut.right.length]).toEqual([0, 0, 1]);
  });
});

it("asks for the truth against its opposite", () => {
  expect(toPrompt(one("a", "no", "yes"), "f".repeat(64))).toMatchObject({
    ...{ wanted: "no", unwanted: "yes", image: "f".repeat(64) },
  });
});
