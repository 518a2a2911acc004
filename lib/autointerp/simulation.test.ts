import { describe, expect, it } from "vitest";
import { claimOf } from "@/lib/autointerp/claim";
import { readPrediction, type SimulatedText, simulateByRule, simulationScore } from "@/lib/autointerp/simulation";
import { createRng } from "@/lib/core/rng";
import { pearson } from "@/lib/tensor/correlation";

const tokens = [" i", " am", " hun", "gry", ",", " i", " am", " not", "."];
const rule = (label: string) => simulateByRule(claimOf({ text: label, support: null }, 0), tokens);

describe("the lexical simulator", () => {
  it("takes a label by exactly its meaning", () => {
    expect(rule("the word “hungry”")).toEqual([0, 0, 10, 10, 0, 0, 0, 0, 0]);
    expect(rule("after “am”")).toEqual([0, 0, 10, 10, 0, 0, 0, 10, 0]);
    expect(rule("text with “not”")).toEqual(Array(9).fill(10));
    expect(rule("text with “dog”")).toEqual(Array(9).fill(0));
    expect(rule("the token “.”")).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 10]);
    expect(rule("the word “i” or the word “not”")).toEqual([10, 0, 0, 0, 0, 10, 0, 10, 0]);
    expect(rule("statements about how somebody feels")).toBeNull();
  });
});

describe("the answer of a simulator", () => {
  it("must be a list of as many numbers", () => {
    expect(readPrediction('{"activations": [0, 3, 12]}', 3)).toEqual([0, 3, 10]);
    expect(readPrediction("```json\n[1, -2]\n```", 2)).toEqual([1, 0]);
    for (const answer of ["[1]", "none", "[1, null]", '["a", 2]']) expect(readPrediction(answer, 2)).toBeNull();
  });
});

describe("simulation", () => {
  const rng = createRng(8, "texts");
  const text = (): SimulatedText => {
    const actual = Array.from({ length: 5 + rng.int(20) }, () => (rng.chance(0.2) ? rng.range(1, 10) : 0));
    return { actual, predicted: actual.map((a) => (rng.chance(0.8) ? Math.round(a) : rng.int(11))) };
  };
  const texts = Array.from({ length: 14 }, text);

  it("is Pearson's r over all tokens, inside its interval, and the same each time", () => {
    const score = simulationScore(texts, 3)!;
    const naive = pearson(
      texts.flatMap((t) => t.actual),
      texts.flatMap((t) => t.predicted!),
    );
    expect(score.value).toBeCloseTo(naive!, 10);
    expect(score.lo! < score.value && score.value < score.hi!).toBe(true);
    expect(simulationScore(texts, 3)).toEqual(score);
  });

  it("is 0 for a prediction that is the same everywhere, and void without a truth or answers", () => {
    expect(
      simulationScore(
        texts.map((t) => ({ ...t, predicted: t.actual.map(() => 10) })),
        1,
      )?.value,
    ).toBe(0);
    expect(simulationScore([{ actual: [0, 0], predicted: [0, 1] }], 1)).toBeNull();
    expect(simulationScore([...texts, ...texts.slice(0, 3).map((t) => ({ ...t, predicted: null }))], 1)).toBeNull();
    expect(simulationScore([...texts, { ...texts[0]!, predicted: null }], 1)).toMatchObject({ n: 15, nMissing: 1 });
  });

  it("sits at 0 for predictions that belong to other texts", () => {
    const control = Array.from({ length: 200 }, () => ({
      actual: text().actual.slice(0, 5),
      predicted: null as null | number[],
    }));
    control.forEach((c, i) => {
      c.predicted = control[(i + 7) % control.length]!.actual.slice();
    });
    expect(Math.abs(simulationScore(control, 1)!.value)).toBeLessThan(0.15);
  });
});
