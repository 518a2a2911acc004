import { readFileSync } from "node:fs";
import { ADAM, adam, type Kernels } from "@/lib/sae/train/kernels";
import { BLOCK } from "@/lib/sae/train/state";

/** What assembly/kernels.ts exports: addresses and numbers. */
interface Exports {
  decodeRows(...args: number[]): void;
  latentGradients(...args: number[]): void;
  adamValues(...args: number[]): void;
  unitRows(rows: number, count: number, d: number): void;
}

let module: WebAssembly.Module | undefined;

/** Address of an array in the memory; 0 for one that the architecture does not have. */
const at = (values: { byteOffset: number; length: number }, from = 0, bytes = 4): number =>
  values.length === 0 ? 0 : values.byteOffset + bytes * from;

/**
 * The kernels on arrays of one WebAssembly memory, four float32 at a time. Sums along a row are float32 (float64 in the plain
 * ones), so results differ in the last digits; on one kind they are the same bits on every machine and thread.
 */
export function simdKernels(memory: WebAssembly.Memory): Kernels {
  module ??= new WebAssembly.Module(readFileSync(new URL("./kernels.wasm", import.meta.url)));
  const wasm = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;

  return {
    decodeBlock(block, state, scratch, { rows, weights, main }) {
      const { d } = state;
      const { e, blockE, blockG } = scratch;
      scratch.weights.set(weights);
      const out = scratch.blockSums;
      wasm.decodeRows(
        block * BLOCK,
        Math.min(rows, (block + 1) * BLOCK),
        d,
        weights.length,
        main,
        at(scratch.weights),
        at(state.D),
        at(scratch.ybar),
        at(e),
        at(scratch.levelError),
        4 * e.length,
        at(scratch.rowStart),
        at(scratch.index),
        at(scratch.z),
        at(scratch.level),
        at(blockE, block * d, 8),
        at(blockG, block * d, 8),
        at(out, 2 * block, 8),
      );
      scratch.blockLoss[block] = out[2 * block]!;
      scratch.blockSquares[block] = out[2 * block + 1]!;
    },

    gradientBlock(block, state, scratch, params) {
      const { d, n } = state;
      wasm.latentGradients(
        block * BLOCK,
        Math.min(n, (block + 1) * BLOCK),
        d,
        params.gradScale,
        params.auxScale,
        params.l1,
        params.unitNorm ? 1 : 0,
        params.bandwidth,
        params.l0Slope,
        at(state.W),
        at(state.D),
        at(state.thresholds),
        at(scratch.xbar),
        at(scratch.levelError),
        at(scratch.start),
        at(scratch.pairRow),
        at(scratch.pairError),
        at(scratch.pairZ),
        at(scratch.pairNear),
        at(scratch.pairQ),
        at(scratch.auxSlot),
        at(scratch.auxW),
        at(scratch.auxD),
        at(scratch.auxBeta),
        at(scratch.gW),
        at(scratch.gD),
        at(scratch.gBeta),
        at(scratch.gThresholds),
        at(scratch.latentNorm),
        at(scratch.blockQW, block * d, 8),
        at(scratch.blockL1, block, 8),
      );
    },

    adamBlock(block, state, scratch, params) {
      const { d, n, thresholds } = state;
      const from = block * BLOCK;
      const to = Math.min(n, from + BLOCK);
      const { beta2, eps } = ADAM;
      const { clip, lr, beta1, correction1, correction2 } = params;
      const factors = [clip, lr / correction1, 1 / Math.sqrt(correction2), beta1, 1 - beta1, beta2, 1 - beta2, eps];
      for (const [values, m, v, g] of [
        [state.W, state.mW, state.vW, scratch.gW],
        [state.D, state.mD, state.vD, scratch.gD],
      ] as const) {
        const [first, count] = [from * d, (to - from) * d];
        wasm.adamValues(at(values, first), at(m, first), at(v, first), at(g, first), count, ...factors);
      }
      adam(state.beta, state.mBeta, state.vBeta, scratch.gBeta, from, to, params);
      if (thresholds.length > 0) {
        adam(thresholds, state.mThresholds, state.vThresholds, scratch.gThresholds, from, to, params);
        for (let i = from; i < to; i++) thresholds[i] = Math.max(0, thresholds[i]!);
      }
      if (params.unitNorm) wasm.unitRows(at(state.D, from * d), to - from, d);
    },
  };
}
