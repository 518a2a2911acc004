import type { Claim } from "@/lib/autointerp/claim";
import { questionAbout, type Term, yesOrNo } from "@/lib/autointerp/terms";

/** A question of a judge with the length of its answer. */
export interface JudgeQuestion {
  text: string;
  maxTokens: number;
}

/** Letters of a text that are put before a judge. */
const MOST_LETTERS = 4000;

/**
 * How a claim is put before a judge. A model that follows instructions is asked about the words as they are; one that knows only
 * the short questions of its training is asked about the terms one by one, and about texts not at all: there the claim itself
 * says which word must stand.
 */
export interface Judge {
  /** Questions about an image; none when this judge cannot be asked about the claim. */
  aboutImage(claim: Claim): JudgeQuestion[];
  /** True or false from the answers to these, undefined where one is missing; null when that cannot be read. */
  readImage(claim: Claim, answers: readonly (string | undefined)[]): boolean | null;
  /** The question about a text; null when none needs to be asked. */
  aboutText(claim: Claim, text: string): JudgeQuestion | null;
  /** @param answer to that question, undefined when it was not asked or not answered */
  readText(claim: Claim, text: string, answer: string | undefined): boolean | null;
}

/** @param instructed whether the reader follows instructions (Reader.instructed) */
export function judgeFor({ instructed }: { instructed: boolean }): Judge {
  return instructed ? BY_WORDS : BY_TERMS;
}

const BY_WORDS: Judge = {
  aboutImage: ({ text }) => [{ text: `Does this image show: ${text}? Answer yes or no.`, maxTokens: 8 }],
  readImage: (_, answers) => anyOf(answers.map((a) => (a === undefined ? null : yesOrNo(a)))),
  aboutText: (claim, text) => ({
    text: `Does this fit the text below: ${claim.text}? Answer yes or no.\n\n${text.slice(0, MOST_LETTERS)}`,
    maxTokens: 8,
  }),
  readText: (_, __, answer) => (answer === undefined ? null : yesOrNo(answer)),
};

const BY_TERMS: Judge = {
  aboutImage: ({ terms }) => questionsOf(terms).map(({ text, maxTokens }) => ({ text, maxTokens })),
  readImage: ({ terms }, answers) =>
    anyOf(
      questionsOf(terms).map((question, i) => {
        const answer = answers[i];
        return answer === undefined ? null : question.holds(answer);
      }),
    ),
  aboutText: () => null,
  readText: ({ terms }, text) => (terms.length === 0 ? null : judgeText(terms, text)),
};

/** The questions about the terms of a claim; empty when it cannot be asked for. */
const questionsOf = (terms: readonly Term[]) => terms.map(questionAbout).filter((q) => q !== null);

/** A claim holds in a picture when any of its terms is there. Null when nothing holds and an answer could not be read. */
export function anyOf(held: readonly (boolean | null)[]): boolean | null {
  if (held.some((yes) => yes === true)) return true;
  return held.length === 0 || held.some((yes) => yes === null) ? null : false;
}

/** A claim holds in a text when any of its terms stands there as a whole word. */
export function judgeText(terms: readonly Pick<Term, "term">[], text: string): boolean {
  const lower = text.toLowerCase();
  return terms.some(({ term }) => {
    const escaped = term.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "u").test(lower);
  });
}
