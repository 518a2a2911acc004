import { prefixEnds, type SaeArchitecture } from "@/lib/sae/config";
import { batchCut } from "@/lib/sae/train/batch-cut";
import type { StepContext } from "@/lib/sae/train/context";
import type { DensePairs, EncodeInput } from "@/lib/sae/train/dense";
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

/** The k rows largest of the batch, of equal ones the first by (row, latent). */
async function selectBatchTopk(
  context: StepContext,
  rows: number,
  sae: SaeArchitecture & { k: number; thetaDecay: number },
  step: number,
  ends: readonly number[] | null,
): Promise<void> {
  const { config, state, scratch } = context;
  const { n } = state;
  const { at, value } = await candidates(context, rows, sae.k);
  const cut = batchCut(value, sae.k * rows);
  // The next batch's cut lies near this one; what is selected does not depend on the guess.
  context.floor = 0.8 * cut.above;
  const { rowStart, index, z, level } = scratch;
  let kept = 0;
  let { ties } = cut;
  let [b, prefix] = [-1, 0];
  let smallest = Infinity;
  for (let t = 0; t < value.length; t++) {
    const found = value[t]!;
    if (found < cut.above || (found === cut.above && ties-- <= 0)) continue;
    const row = Math.floor(at[t]! / n);
    const latent = at[t]! - row * n;
    for (; b < row; prefix = 0) rowStart[++b] = kept;
    index[kept] = latent;
    z[kept] = found;
    if (ends) {
      while (latent >= ends[prefix]!) prefix++;
      level[kept] = prefix;
    }
    kept++;
    if (found < smallest) smallest = found;
  }
  while (b < rows) rowStart[++b] = kept;
  if (kept === 0 || step < config.settleSteps) return;
  const { theta } = state;
  theta[0] = theta[0]! < 0 ? smallest : sae.thetaDecay * theta[0]! + (1 - sae.thetaDecay) * smallest;
}

/** All positive pre-activations that may be among the k rows largest: at least so many, or all. */
async function candidates(context: StepContext, rows: number, k: number): Promise<DensePairs> {
  const { state, dense, floor } = context;
  const above = (bound: number) => dense.above(inputOf(context, rows, k), Float32Array.of(bound));
  if (floor > 0) {
    const found = await above(floor);
    if (found.value.length >= k * rows) return found;
  }
  // The k rows largest among the 2 k largest of each row cannot lie higher than those among all.
  const width = Math.min(state.n, 2 * k);
  const z = new Float32Array(rows * width);
  await dense.encodeInto(new Int32Array(z.length), z, inputOf(context, rows, width));
  return above((1 - 1e-6) * batchCut(z, k * rows).above);
}

/** All pairs above their thresholds (0 for ReLU), and for JumpReLU those within its kernel around them. */
async function selectAbove(context: StepContext, rows: number, sae: SaeArchitecture): Promise<void> {
  const { state, scratch, pool, dense } = context;
  const { n, thresholds } = state;
  const half = sae.kind === "jumprelu" ? sae.bandwidth / 2 : 0;
  // A little lower than the kernel reaches, against rounding: the comparison below decides.
  const bound = half > 0 ? thresholds.map((theta) => theta - 1.01 * half) : [0];
  const found = await dense.above(inputOf(context, rows, 0), Float32Array.from(bound));
  if (growPairs(scratch, found.value.length, context.arena)) pool.share();
  const { rowStart, index, z, near } = scratch;
  let kept = 0;
  let b = -1;
  for (let t = 0; t < found.value.length; t++) {
    const value = found.value[t]!;
    const row = Math.floor(found.at[t]! / n);
    const latent = found.at[t]! - row * n;
    while (b < row) rowStart[++b] = kept;
    const theta = half > 0 ? thresholds[latent]! : 0;
    const close = half > 0 && Math.abs(value - theta) < half;
    if (value <= theta && !close) continue;
    index[kept] = latent;
    z[kept] = value > theta ? value : 0;
    if (half > 0) near[kept] = close ? 1 : 0;
    kept++;
  }
  while (b < rows) rowStart[++b] = kept;
}
