import type { Rng } from "@/lib/core/rng";
import type { SamplingOptions } from "@/lib/model/types";

/** Index of the largest value; the lower index of equals. */
export function argmax(values: Float32Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** Log-probability of token `id` under softmax(logits). */
export function logprobOf(logits: Float32Array, id: number): number {
  const top = logits[argmax(logits)]!;
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += Math.exp(logits[i]! - top);
  return logits[id]! - top - Math.log(sum);
}

/** The `n` likeliest tokens under softmax(logits), best first; the lower id of equals. */
export function topTokens(logits: Float32Array, n: number): { id: number; logprob: number }[] {
  const ids = Array.from(logits, (_, id) => id).sort((a, b) => logits[b]! - logits[a]! || a - b);
  return ids.slice(0, n).map((id) => ({ id, logprob: logprobOf(logits, id) }));
}

/**
 * Chooses the next token: the likeliest at temperature 0, else one drawn from softmax(logits / temperature) cut to the
 * nucleus of mass topP (Holtzman et al., 2020, arXiv 1904.09751).
 */
export function chooseToken(logits: Float32Array, options: SamplingOptions, rng: Rng): number {
  const { temperature = 0, topP = 1 } = options;
  if (temperature <= 0) return argmax(logits);
  const top = logits[argmax(logits)]!;
  const weights = Array.from(logits, (value, id) => ({ id, weight: Math.exp((value - top) / temperature) }));
  // Ties keep the lower id, so that a seed gives the same text everywhere.
  weights.sort((a, b) => b.weight - a.weight || a.id - b.id);
  const total = weights.reduce((sum, { weight }) => sum + weight, 0);
  let mass = 0;
  let kept = 0;
  while (kept < weights.length && (kept === 0 || mass < topP * total)) mass += weights[kept++]!.weight;
  let draw = rng.float() * mass;
  for (let i = 0; i < kept; i++) {
    draw -= weights[i]!.weight;
    if (draw < 0) return weights[i]!.id;
  }
  return weights[kept - 1]!.id;
}
