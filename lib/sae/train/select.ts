import { prefixEnds, type SaeArchitecture } from "@/lib/sae/config";
import { batchCut } from "@/lib/sae/train/batch-cut";
import type { StepContext } from "@/lib/sae/train/context";
import type { EncodeInput } from "@/lib/sae/train/dense";
import { growPairs } from "@/lib/sae/train/state";

/** Finds the active pairs of the batch in `scratch.xbar` and leaves them there: rowStart, index, z, level, near. */
export async function selectPairs(context: StepContext, rows: number, step: number): Promise<void> {
  const { sae } = context.config;
  switch (sae.kind) {
    case "topk":
      return selectTopk(context, rows, sae.k, sae.multiTopk);
    case "batch_topk":
      return selectBatchTopk(context, rows, sae, step, null);
    case "matryoshka":
      return selectBatchTopk(context, rows, sae, step, prefixEnds(sae));
    case "jumprelu":
    case "relu_l1":
      return selectAbove(context, rows, sae);
  }
}

function inputOf({ config, state, scratch }: StepContext, rows: number, k: number): EncodeInput {
  const { d, n, W, beta } = state;
  const xbar = scratch.xbar.subarray(0, rows * d);
  return { xbar, rows, d, n, k, W, beta, reluFirst: config.compat === "dictionary_learning" };
}

async function selectTopk(context: StepContext, rows: number, k: number, multi: boolean): Promise<void> {
  const { state, scratch, dense } = context;
  const width = multi ? Math.min(state.n, 4 * k) : k;
  await dense.encodeInto(scratch.index, scratch.z, inputOf(context, rows, width));
  for (let b = 0; b <= rows; b++) scratch.rowStart[b] = b * width;
  if (multi) for (let t = 0; t < rows * width; t++) scratch.level[t] = t % width < k ? 0 : 1;
}

/**
 * The floor(k rows) largest of the batch, of equal ones the first by (row, latent). Looks at some largest of every row; a
 * row whose last one is among those kept may have more, so then twice as many are looked at: the result is exact.
 */
async function selectBatchTopk(
  context: StepContext,
  rows: number,
  sae: SaeArchitecture & { k: number; thetaDecay: number },
  step: number,
  ends: readonly number[] | null,
): Promise<void> {
  const { config, state, scratch, dense } = context;
  const { n } = state;
  let width = Math.min(n, Math.max(context.width, 2 * sae.k));
  let index = new Int32Array(0);
  let z = new Float32Array(0);
  let cut = { above: 0, ties: 0 };
  for (; ; width = Math.min(n, 2 * width)) {
    index = new Int32Array(rows * width);
    z = new Float32Array(rows * width);
    await dense.encodeInto(index, z, inputOf(context, rows, width));
    cut = batchCut(z, sae.k * rows);
    let full = false;
    for (let last = width - 1; last < z.length; last += width) full ||= z[last]! > 0 && z[last]! >= cut.above;
    if (!full || width === n) break;
  }
  context.width = width; // enough now, so likely enough next time; what is selected does not depend on it

  let kept = 0;
  let { ties } = cut;
  let smallest = Infinity;
  for (let b = 0; b < rows; b++) {
    scratch.rowStart[b] = kept;
    for (let t = b * width; t < (b + 1) * width; t++) {
      const value = z[t]!;
      if (value <= 0 || value < cut.above) break; // falling within a row
      if (value === cut.above && ties-- <= 0) break;
      scratch.index[kept] = index[t]!;
      scratch.z[kept++] = value;
      if (value < smallest) smallest = value;
    }
    if (ends) orderByLatent(scratch, scratch.rowStart[b]!, kept, ends);
  }
  scratch.rowStart[rows] = kept;
  if (kept === 0 || step < config.settleSteps) return;
  const { theta } = state;
  theta[0] = theta[0]! < 0 ? smallest : sae.thetaDecay * theta[0]! + (1 - sae.thetaDecay) * smallest;
}

/** Puts the pairs of a row in the order of their latents, each with the first prefix that its latent lies in. */
function orderByLatent(
  { index, z, level }: StepContext["scratch"],
  from: number,
  to: number,
  ends: readonly number[],
): void {
  for (let t = from + 1; t < to; t++) {
    const [latent, value] = [index[t]!, z[t]!];
    let s = t - 1;
    for (; s >= from && index[s]! > latent; s--) {
      index[s + 1] = index[s]!;
      z[s + 1] = z[s]!;
    }
    index[s + 1] = latent;
    z[s + 1] = value;
  }
  let prefix = 0;
  for (let t = from; t < to; t++) {
    while (index[t]! >= ends[prefix]!) prefix++;
    level[t] = prefix;
  }
}

/** All pairs above their thresholds (0 for ReLU), and for JumpReLU those within its kernel around them. */
async function selectAbove(context: StepContext, rows: number, sae: SaeArchitecture): Promise<void> {
  const { state, scratch, pool, dense } = context;
  const { n, thresholds } = state;
  const half = sae.kind === "jumprelu" ? sae.bandwidth / 2 : 0;
  let kept = 0;
  let grown = false;
  await dense.scan(inputOf(context, rows, 0), (p, from, to) => {
    for (let b = from, at = 0; b < to; b++, at += n) {
      scratch.rowStart[b] = kept;
      grown = growPairs(scratch, kept + n, context.arena) || grown;
      const { index, z, near } = scratch;
      for (let i = 0; i < n; i++) {
        const value = p[at + i]!;
        const theta = half > 0 ? thresholds[i]! : 0;
        const close = half > 0 && Math.abs(value - theta) < half;
        if (value <= theta && !close) continue;
        index[kept] = i;
        z[kept] = value > theta ? value : 0;
        if (half > 0) near[kept] = close ? 1 : 0;
        kept++;
      }
    }
  });
  scratch.rowStart[rows] = kept;
  if (grown) pool.share();
}
