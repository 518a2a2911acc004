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

export interface GapPart {
  source: "image" | "question" | "special" | "error" | "bias";
  label: string;
  /** Its size in the sizes of all parts, 0..1. */
  share: number;
  /** In units of the gap; positive for the answer. */
  value: number;
}

/**
 * What the estimate of a gap is made of, each thing in one part only; the values add up to `total`. The SAE's bias counts
 * for a gradient alone: integrated gradients start from it, and taking features away leaves it where it is.
 */
export function partsOf(site: TraceSite, method: TraceMethod): { parts: GapPart[]; total: number } {
  const { bySource, error, bias } = site;
  const values = { ...bySource, error, bias: method === "gradient" ? bias : 0 };
  const size = Object.values(values).reduce((sum, value) => sum + Math.abs(value), 0);
  const part = (source: GapPart["source"], label: string): GapPart => {
    const value = values[source];
    return { source, label, value, share: size > 0 ? Math.abs(value) / size : 0 };
  };
  const parts = [
    part("image", "features on the image"),
    part("question", "features on the question"),
    part("special", "features on special tokens"),
    part("error", "SAE error"),
    part("bias", "SAE bias"),
  ];
  return { parts, total: parts.reduce((sum, { value }) => sum + value, 0) };
}

/** What the parts of an estimate add up to, and why that is not the gap itself. */
export function totalWords(total: number, gap: number, method: TraceMethod): string {
  const sum = `Together ${formatSigned(total)}`;
  if (method === "gradient") return `${sum} by a straight line; the gap itself is ${formatSigned(gap)}.`;
  if (method === "integrated") {
    return `${sum}; the gap of ${formatSigned(gap)} differs by what is there before any feature fires.`;
  }
  return `${sum}, each measured alone by taking it away: what features do together is not the sum of that.`;
}

/** "Top ten removed", for the number of causes taken out. */
export function removedWords(n: number): string {
  return n === 1 ? "Strongest removed" : n === 10 ? "Top ten removed" : `Top ${n} removed`;
}
