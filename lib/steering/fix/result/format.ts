/** What a search found, in words; browser safe and free of zod. */
import { DESK_DEFAULTS, printDesk } from "../../desk/format";
import { deskOf } from "../../request/format";
import type { SearchParams, SearchResult, Trial } from "../../schema";
import { MARGIN } from "../../search";

const counted = (n: number, one: string): string => `${n.toLocaleString("en")} ${one}${n === 1 ? "" : "s"}`;

export interface Verdict {
  tone: "good" | "plain" | "warn";
  title: string;
  more: string;
}

type Told = Pick<SearchResult, "found" | "steering" | "fit" | "heldOut">;

/** The headline: what was reached, without promising more than the prompts show. */
export function verdictOf({ found, steering, fit, heldOut }: Told): Verdict {
  const { n, before, corrected } = fit;
  const wrong = n - before;
  if (found && steering.length === 0) {
    const by =
      n === 1 ? "The model gives the wanted answer by itself" : `The model gives all ${n} wanted answers by itself`;
    const held = heldOut ? `, and to ${heldOut.before} of ${heldOut.n} held-out prompts` : "";
    return { tone: "plain", title: "Nothing to mend", more: `${by}${held}. No feature has to be turned.` };
  }
  if (found) {
    const reached =
      n === 1 ? "the model gives the wanted answer" : `all ${n} questions that it was chosen on get the wanted answer`;
    return {
      tone: "good",
      title: `Found: ${counted(steering.length, "feature")}`,
      more: `Turned like this, ${reached}.`,
    };
  }
  const way = "Raise the limits, or ask for less.";
  if (steering.length === 0) {
    const more = `No feature moves ${n === 1 ? "the answer" : "the answers"} the wanted way without changing more than allowed elsewhere.`;
    return { tone: "warn", title: "Nothing within the limits helps", more: `${more} ${way}` };
  }
  const title = "Nothing within the limits reaches it";
  if (corrected === wrong) {
    const little = `but not always by ${MARGIN} nats, which is what the search wants to be safe.`;
    return {
      tone: "warn",
      title,
      more: `With the best so far the wanted ${n === 1 ? "answer wins" : "answers win"}, ${little}`,
    };
  }
  const so =
    n === 1
      ? "The best so far comes nearer, but the unwanted answer still wins."
      : `The best so far solves ${corrected} of ${wrong}.`;
  return { tone: "warn", title, more: `${so} ${way}` };
}

/** "14 of 14 corrected, 1 of 14 broken": counts of a trial, each with what it could have been. */
export function trialWords({ n, before, corrected, broken }: Trial): { corrected: string; broken: string } {
  return { corrected: `${corrected} of ${n - before}`, broken: `${broken} of ${before}` };
}

/** Where the prompts came from: "800 questions asked, 23 mistakes; 28 prompts to choose on, 251 held out". */
export function questionWords({ asked, mistakes, fit, heldOut }: NonNullable<SearchResult["questions"]>): string {
  const found = `${counted(asked, "question")} asked, ${counted(mistakes, "mistake")}`;
  return `${found}; ${counted(fit, "prompt")} to choose on, ${counted(heldOut, "prompt")} held out`;
}

/** The goal in one line: “is chile on the map?” → “no”, or the kind whose mistakes are mended. */
export function goalWords({ fit, questions }: Pick<SearchParams, "fit" | "questions">): string {
  const asked = fit[0]?.messages.findLast(({ role }) => role === "user")?.content;
  const own = asked === undefined ? [] : [`“${asked}” → “${fit[0]?.wanted}”`];
  const many = questions ? [`no wrong “${questions.mend}” to questions of kind ${questions.kind}`] : [];
  return [...own, ...many].join(", and ");
}

/** The steering desk with everything that was found on it, and with the question, if there was one of its own. */
export function deskAddress({ model, fit }: SearchParams, steering: SearchResult["steering"]): string {
  const [asked] = fit;
  const desk = deskOf(
    {
      model,
      messages: asked?.messages ?? [{ role: "user", content: DESK_DEFAULTS.prompt }],
      image: asked?.image ?? null,
      // A search turns strengths down by tenths; four digits of what is left are the same to the model and short to read.
      steering: steering.map(({ label: _, ...turned }) => {
        return { ...turned, strength: Number(turned.strength.toPrecision(4)) };
      }),
      ...(asked?.unwanted ? { watch: { answer: asked.wanted, against: asked.unwanted } } : {}),
      ...{ maxTokens: DESK_DEFAULTS.len, temperature: 0, topP: 1, topLogprobs: 0 },
      ...{ doses: [], controls: [], controlSeeds: 1, offTarget: false },
    },
    0,
  );
  return `/steer?${printDesk(desk)}`;
}

/** A way to the goal, as a row of the comparison. */
export interface Way {
  name: string;
  heldOut: Trial;
  kl: number | null;
  changed: number | null;
  ours: boolean;
}

/** What was found, if anything was, beside ways that need no features; empty without held-out prompts. */
export function waysOf({ heldOut, offTarget, baselines, steering }: SearchResult): Way[] {
  if (!heldOut) return [];
  const ours = { name: counted(steering.length, "feature"), heldOut, ...offTarget, ours: true };
  const others = baselines.map((way) => ({ ...way, name: way.name.replace(" x ", " × "), ours: false }));
  return steering.length > 0 ? [ours, ...others] : others;
}

/** A KL in nats, as short as it matters: 0, "< 0.0001", 0.0031, 0.12; a dash where there is none. */
export function formatKl(x: number | null): string {
  if (x === null) return "–";
  if (x === 0) return "0";
  return x < 1e-4 ? "< 0.0001" : String(Number(x.toPrecision(2)));
}

/** Middle of some rates; null of none. */
export function medianOf(rates: readonly number[]): number | null {
  const sorted = [...rates].sort((a, b) => a - b);
  const at = sorted.length / 2;
  if (sorted.length === 0) return null;
  return sorted.length % 2 === 1 ? sorted[Math.floor(at)]! : (sorted[at - 1]! + sorted[at]!) / 2;
}

/** Dots of a strip plot: rates that fall together are stacked. `level` counts from 0. */
export function stackDots(rates: readonly number[], bins = 50): { rate: number; level: number }[] {
  const heights = new Map<number, number>();
  return [...rates]
    .sort((a, b) => a - b)
    .map((rate) => {
      const bin = Math.round(rate * bins);
      const level = heights.get(bin) ?? 0;
      heights.set(bin, level + 1);
      return { rate: bin / bins, level };
    });
}
