/** Words and numbers of traces; browser safe and free of zod. */
import type { TraceResult } from "./schema";

export type TraceMethod = TraceResult["method"];
export type TraceSite = TraceResult["sites"][number];
export type TraceToken = TraceResult["tokens"][number];

/** How causes are found, each with what it costs and when it is right. */
export const METHOD_WORDS: Record<TraceMethod, { label: string; title: string }> = {
  gradient: { label: "Gradient", title: "One pass forward and one back: seconds, and right for small changes." },
  integrated: {
    label: "Integrated",
    title: "Seventeen more passes, each halfway out of a share of the causes: closer to taking them out.",
  },
  halving: { label: "Halving", title: "Runs without ever smaller groups: needs no gradient, works with every model." },
};
export const METHODS = Object.keys(METHOD_WORDS) as TraceMethod[];

/** From this share on, a reader must be told that the SAE explains little. */
export const MUCH_UNEXPLAINED = 0.3;

/** A figure with its sign, two decimals or two digits: "+1.84", "−0.31", "0". */
export function formatSigned(x: number | null | undefined): string {
  if (x === null || x === undefined || !Number.isFinite(x)) return "–";
  const size = Math.abs(x);
  if (size < 5e-5) return "0";
  const digits = size >= 100 ? size.toFixed(0) : size >= 0.1 ? size.toFixed(2) : size.toFixed(size >= 0.01 ? 3 : 4);
  return `${x < 0 ? "−" : "+"}${digits}`;
}

/** A log-probability as "74 %", "0.3 %", or "1 in 12,000" where per cent would have too many zeros. */
export function formatProbability(logprob: number): string {
  const p = Math.exp(Math.min(0, logprob));
  if (p >= 0.1) return `${Math.round(100 * p)} %`;
  if (p >= 0.001) return `${(100 * p).toFixed(1)} %`;
  const odds = 1 / p;
  return odds < 1e7 ? `1 in ${Number(odds.toPrecision(2)).toLocaleString("en")}` : "almost never";
}

/** How many times likelier one answer is than the other: "6.3 times", from a gap of log-probabilities. */
export function formatTimes(gap: number): string {
  const times = Math.exp(Math.abs(gap));
  if (times >= 1e6) return "over a million times";
  return `${times >= 100 ? Number(times.toPrecision(2)).toLocaleString("en") : times.toPrecision(2)} times`;
}

/** A vocabulary entry as people read it: word-piece marks as spaces, line ends visible. */
export function readableToken(token: string): string {
  return token.replaceAll("▁", " ").replaceAll("Ġ", " ").replaceAll("Ċ", "↵").replaceAll("\n", "↵");
}

/** What a picker writes for a likely token: its text where that names it, else its number. */
export function answerOf({ id, token }: { id: number; token: string }): string {
  const text = readableToken(token).trim();
  return /^[\p{L}\p{N}]/u.test(text) ? text : `#${id}`;
}

/** Whether an estimate and what really happened without the cause differ by half of the larger, or in sign. */
export function differs(estimate: number, ablated: number | null): boolean {
  if (ablated === null) return false;
  if (estimate * ablated < 0) return true;
  return Math.abs(estimate - ablated) > 0.5 * Math.max(Math.abs(estimate), Math.abs(ablated));
}

export interface SourceShare {
  source: "image" | "question" | "special" | "error";
  label: string;
  /** Of the bar, 0..1; all add up to 1. */
  share: number;
  /** Signed sum in units of the gap. */
  value: number;
}

/** What an answer was made of: the SAE's error as measured, the rest divided by the size of each source's sum. */
export function sharesOf({ bySource, error, errorShare }: TraceSite): SourceShare[] {
  const size = Math.abs(bySource.image) + Math.abs(bySource.question) + Math.abs(bySource.special);
  const some = size > 1e-12;
  const rest = some ? (1 - errorShare) / size : 0;
  const part = (source: "image" | "question" | "special", label: string): SourceShare => {
    return { source, label, share: rest * Math.abs(bySource[source]), value: bySource[source] };
  };
  return [
    part("image", "image"),
    part("question", "question"),
    part("special", "special tokens"),
    { source: "error", label: "SAE error", share: some ? errorShare : 1, value: error },
  ];
}

/** "Top ten removed", for the number of causes taken out. */
export function removedWords(n: number): string {
  return n === 1 ? "Strongest removed" : n === 10 ? "Top ten removed" : `Top ${n} removed`;
}
