import { argmax } from "@/lib/model/sampling";
import type { SiteEdit, TapInput, VisionLanguageModel } from "@/lib/model/types";
import { encode } from "@/lib/sae/encode";
import type { Codes, Sae } from "@/lib/sae/sae";
import type { Matrix } from "@/lib/tensor/matrix";

/** A prompt on which nothing should change, and the plain answer to it. */
export interface ControlPrompt {
  input: TapInput;
  ids: number[];
  /** Log-probabilities of every token of the answer, [vocab] each. */
  logprobs: Float32Array[];
}

export interface OffTarget {
  /** Mean KL(plain || steered) in nats over the tokens of the plain answers. */
  kl: number;
  /** Share of the greedy answers that change. */
  changed: number;
  /** L1 change of all other codes / their L1. */
  others: number;
  n: number;
}

/** Tokens of an answer that are compared. */
const TOKENS = 10;

/** Answers a control prompt plainly. */
export async function plainAnswer(
  model: VisionLanguageModel,
  input: TapInput,
  signal: AbortSignal,
): Promise<ControlPrompt> {
  const ids: number[] = [];
  const logprobs: Float32Array[] = [];
  const stream = model.generateVersions({
    ...input,
    versions: [{ edits: [] }],
    maxTokens: TOKENS,
    logits: true,
    signal,
  });
  for await (const { id, logits } of stream) {
    ids.push(id);
    logprobs.push(logSoftmax(logits!));
  }
  return { input, ids, logprobs };
}

/** What lists of edits change on control prompts, along the plain answers to them. */
export async function klOf(
  model: VisionLanguageModel,
  prompts: readonly ControlPrompt[],
  edits: readonly (readonly SiteEdit[])[],
  signal: AbortSignal,
): Promise<{ kl: number; changed: number }[]> {
  const sums = edits.map(() => ({ kl: 0, tokens: 0, changed: 0 }));
  // What changes nothing need not run, and costs nothing to the last digit.
  const real = edits.flatMap((list, i) => (list.length > 0 ? [i] : []));
  for (const { input, ids, logprobs } of prompts) {
    const step = edits.map(() => 0);
    const differs = edits.map(() => false);
    const versions = real.map((i) => ({ edits: edits[i]!, forced: ids }));
    for await (const { version: at, logits } of model.generateVersions({ ...input, versions, logits: true, signal })) {
      const version = real[at]!;
      const plain = logprobs[step[version]!++]!;
      const steered = logSoftmax(logits!);
      sums[version]!.kl += divergence(plain, steered);
      sums[version]!.tokens++;
      if (argmax(plain) !== argmax(steered)) differs[version] = true;
    }
    for (const [v, changed] of differs.entries()) sums[v]!.changed += changed ? 1 : 0;
  }
  return sums.map(({ kl, tokens, changed }) => ({
    kl: tokens > 0 ? kl / tokens : 0,
    changed: prompts.length > 0 ? changed / prompts.length : 0,
  }));
}

/** L1 change of the codes of all features but the steered, and the L1 of them, at given hidden states of a prompt and their codes. */
export async function codeChange(
  acts: Matrix,
  before: Codes,
  sae: Sae,
  steered: ReadonlySet<number>,
  edit: SiteEdit,
  places: Parameters<SiteEdit["apply"]>[1],
): Promise<{ change: number; size: number }> {
  const changed = { ...acts, data: acts.data.slice() };
  await edit.apply(changed, places);
  const after = await encode(changed, sae);
  let [change, size] = [0, 0];
  for (let r = 0; r < acts.rows; r++) {
    const values = new Map<number, number>();
    for (let t = r * before.k; t < (r + 1) * before.k; t++) {
      if (steered.has(before.index[t]!)) continue;
      values.set(before.index[t]!, -before.value[t]!);
      size += before.value[t]!;
    }
    for (let t = r * after.k; t < (r + 1) * after.k; t++) {
      if (steered.has(after.index[t]!)) continue;
      values.set(after.index[t]!, (values.get(after.index[t]!) ?? 0) + after.value[t]!);
    }
    for (const value of values.values()) change += Math.abs(value);
  }
  return { change, size };
}

function divergence(plain: Float32Array, steered: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < plain.length; i++) sum += Math.exp(plain[i]!) * (plain[i]! - steered[i]!);
  return Math.max(0, sum);
}

function logSoftmax(logits: Float32Array): Float32Array {
  const top = logits[argmax(logits)]!;
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - top);
  const base = top + Math.log(sum);
  return logits.map((value) => value - base);
}
