import { prefixEnds, type SaeArchitecture } from "@/lib/sae/config";
import { batchCut, LargestOfBatch } from "@/lib/sae/train/batch-cut";
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

/** The k rows largest of the batch, of equal ones the first by (row, latent). */
async function selectBatchTopk(
  context: StepContext,
  rows: number,
  sae: SaeArchitecture & { k: number; thetaDecay: number },
  step: number,
  ends: readonly number[] | null,
): Promise<void> {
  const { config, state, scratch, dense } = context;
  const largest = new LargestOfBatch(sae.k * rows);
  await dense.scan(inputOf(context, rows, 0), (p, from) => largest.add(p, from, state.n));
  const { row, column, value, count } = largest;
  const cut = batchCut(value.subarray(0, count), sae.k * rows);
  const { rowStart, index, z, level } = scratch;
  let kept = 0;
  let { ties } = cut;
  let [b, prefix] = [-1, 0];
  let smallest = Infinity;
  for (let t = 0; t < count; t++) {
    const found = value[t]!;
    if (found < cut.above || (found === cut.above && ties-- <= 0)) continue;
    for (; b < row[t]!; prefix = 0) rowStart[++b] = kept;
    index[kept] = column[t]!;
    z[kept] = found;
    if (ends) {
      while (column[t]! >= ends[prefix]!) prefix++;
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
