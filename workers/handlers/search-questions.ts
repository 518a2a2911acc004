import type { TapInput, VisionLanguageModel } from "@/lib/model/types";
import type { SearchPrompt, SearchQuestions } from "@/lib/steering/schema";

/** A question of yes or no about a picture. */
export interface YesNo {
  /** Whose picture it is: fit and held-out prompts are about different ones. */
  image: string;
  question: string;
  truth: "yes" | "no";
}

/** What a model said to questions of yes or no. */
export interface Answered extends YesNo {
  said: string;
}

const AT_ONCE = 64;

/** Asks all of them. `inputOf` reads the picture. */
export async function askAll<T extends YesNo>(
  model: VisionLanguageModel,
  asked: readonly T[],
  inputOf: (one: T) => TapInput | Promise<TapInput>,
  { signal, progress }: { signal: AbortSignal; progress(done: number, total: number): void },
): Promise<(T & Answered)[]> {
  const out: (T & Answered)[] = [];
  for (let at = 0; at < asked.length; at += AT_ONCE) {
    progress(at, asked.length);
    const some = asked.slice(at, at + AT_ONCE);
    const answers = await model.generateBatch(await Promise.all(some.map(inputOf)), { maxTokens: 2, signal });
    for (const [i, one] of some.entries()) out.push({ ...one, said: answers[i]!.text.trim() });
  }
  return out;
}

const isRight = ({ said, truth }: Answered) => said.startsWith(truth);

export interface Split<T> {
  mistakes: T[];
  fit: { wrong: T[]; right: T[] };
  heldOut: { wrong: T[]; right: T[] };
}

/**
 * Parts what was answered into prompts to choose edits on and prompts to try them on. The first half of the mistakes is fitted,
 * up to a limit; all that is about later pictures is held out, so that no picture is in both.
 */
export function splitAnswers<T extends Answered>(
  answered: readonly T[],
  { mend, fit, heldOut }: Pick<SearchQuestions, "mend" | "fit" | "heldOut">,
): Split<T> {
  const order = new Map<string, number>();
  for (const { image } of answered) if (!order.has(image)) order.set(image, order.size);
  const at = ({ image }: T) => order.get(image)!;
  const sorted = [...answered].sort((a, b) => at(a) - at(b));
  const mistakes = sorted.filter((one) => !isRight(one) && one.said.startsWith(mend));
  const last = mistakes[Math.min(fit, Math.ceil(mistakes.length / 2)) - 1];
  const border = last ? at(last) : -1;
  const part = (list: readonly T[]) => ({
    before: list.filter((one) => at(one) <= border),
    after: list.filter((one) => at(one) > border),
  });
  const wrong = part(mistakes);
  const right = part(sorted.filter(isRight));
  return {
    mistakes,
    fit: { wrong: wrong.before, right: spread(right.before, fit) },
    heldOut: { wrong: wrong.after, right: spread(right.after, heldOut) },
  };
}

/** `n` of a list, evenly spread over it. */
function spread<T>(list: readonly T[], n: number): T[] {
  if (list.length <= n) return [...list];
  return Array.from({ length: n }, (_, i) => list[Math.floor((i * list.length) / n)]!);
}

/** As a prompt of a search. */
export function toPrompt({ question, truth }: YesNo, image: string): SearchPrompt {
  const unwanted = truth === "yes" ? "no" : "yes";
  return { messages: [{ role: "user", content: question }], image, wanted: truth, unwanted };
}
