import type { Claim } from "@/lib/autointerp/claim";
import { tooManyMissing } from "@/lib/autointerp/statistics";
import { wordsOf } from "@/lib/autointerp/text-label";
import { createRng } from "@/lib/core/rng";

/** The strongest prediction. */
export const MOST = 10;
const DRAWS = 1000;

/**
 * What the words of a text label foretell of each token, 0 or 10, by exactly their meaning: "the word “x”" of the tokens of that
 * word, "after “x”" of those of the next word, "text with “x”" of every token of a text that holds it. Null for words without
 * such a rule.
 */
export function simulateByRule({ terms }: Pick<Claim, "terms">, tokens: readonly string[]): number[] | null {
  const rules = terms.map(({ phrase }) => /^(the word|the token|after|text with) “(.+)”$/.exec(phrase));
  if (rules.length === 0 || rules.some((rule) => rule === null)) return null;
  return tokens.map((_, peakAt) => {
    const { peak, before, words } = wordsOf({ tokens, peakAt });
    const fires = rules.some((rule) => {
      const [, how, quoted] = rule as RegExpExecArray;
      const term = (quoted as string).toLowerCase();
      return how === "after" ? before === term : how === "text with" ? words.has(term) : peak === term;
    });
    return fires ? MOST : 0;
  });
}

/** The question to a reader that follows instructions. */
export function simulationQuestion(label: string, tokens: readonly string[]) {
  const list = tokens.map((token, i) => `${i + 1}: ${JSON.stringify(token)}`).join("\n");
  return {
    text: `A feature of a language model stands for: ${label}. Below are the ${tokens.length} tokens of a text, numbered in their order. Say for each how strongly the feature fires at it, from 0 (not at all) to ${MOST} (most strongly). Most features are silent at most tokens. Answer with a JSON object {"activations": [...]} of ${tokens.length} numbers and nothing else.\n\n${list}`,
    maxTokens: 6 * tokens.length + 32,
    schema: {
      name: "activations",
      schema: {
        ...{ type: "object", additionalProperties: false, required: ["activations"] },
        properties: { activations: { type: "array", items: { type: "number" } } },
      },
    },
  };
}

/** The numbers of an answer, one for each of n tokens, held to 0..10; null when it is no list of as many numbers. */
export function readPrediction(answer: string, n: number): number[] | null {
  const list = /\[[^\][]*\]/.exec(answer)?.[0];
  if (!list) return null;
  try {
    const values = JSON.parse(list) as unknown[];
    if (values.length !== n || values.some((v) => typeof v !== "number" || !Number.isFinite(v))) return null;
    return (values as number[]).map((v) => Math.min(MOST, Math.max(0, v)));
  } catch {
    return null;
  }
}

/** What one text did and what was foretold, per token; predicted is null when the answer could not be read. */
export interface SimulatedText {
  actual: readonly number[];
  predicted: readonly number[] | null;
}

/** Sums of one text that any pooled correlation follows from. */
type Sums = readonly [n: number, x: number, y: number, xx: number, yy: number, xy: number];

/**
 * Correlation of all tokens of all texts. A prediction without any difference says nothing, so it gets 0; null where the truth has
 * none.
 */
function correlation([n, x, y, xx, yy, xy]: Sums): number | null {
  const [sx, sy] = [n * xx - x * x, n * yy - y * y];
  if (n === 0 || sx <= 0) return null;
  return sy <= 0 ? 0 : (n * xy - x * y) / Math.sqrt(sx * sy);
}

/**
 * Pearson's r between predicted and true activations over all tokens, with a bootstrap interval over the texts (tokens of one
 * text are no independent draws). Null when the feature is the same everywhere, or too many answers could not be read.
 * Bills et al., "Language models can explain neurons in language models", 2023.
 */
export function simulationScore(texts: readonly SimulatedText[], seed: number) {
  const read = texts.filter((t): t is SimulatedText & { predicted: readonly number[] } => t.predicted !== null);
  const nMissing = texts.length - read.length;
  if (read.length === 0 || tooManyMissing(nMissing, texts.length)) return null;
  const sums = read.map(({ actual, predicted }): Sums => {
    let [x, y, xx, yy, xy] = [0, 0, 0, 0, 0];
    actual.forEach((a, i) => {
      const p = predicted[i] as number;
      x += a;
      y += p;
      xx += a * a;
      yy += p * p;
      xy += a * p;
    });
    return [actual.length, x, y, xx, yy, xy];
  });
  const pool = (chosen: readonly Sums[]) =>
    chosen.reduce((a, b) => a.map((v, i) => v + (b[i] as number)) as unknown as Sums, [0, 0, 0, 0, 0, 0] as Sums);
  const value = correlation(pool(sums));
  if (value === null) return null;
  const rng = createRng(seed, "bootstrap-simulation");
  const drawn: number[] = [];
  for (let d = 0; d < DRAWS; d++) {
    const r = correlation(pool(sums.map(() => rng.pick(sums))));
    if (r !== null) drawn.push(r);
  }
  drawn.sort((a, b) => a - b);
  const at = (q: number) => drawn[Math.round(q * (drawn.length - 1))] ?? null;
  return { value, lo: at(0.025), hi: at(0.975), n: texts.length, nMissing };
}
