import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { resolveTrainConfig, type TrainConfigInput } from "@/lib/sae/config";
import { initialise } from "@/lib/sae/train/init";
import { createTrainer } from "@/lib/sae/train/trainer";
import { matrix } from "@/lib/tensor/matrix";
import { compileKernels, KERNELS_WASM } from "@/scripts/compile-kernels";

it("are what their source compiles to: run `npm run kernels` after a change", { timeout: 60_000 }, async () => {
  expect(Buffer.from(await compileKernels()).equals(await readFile(KERNELS_WASM))).toBe(true);
});

const n = 150;
const kinds: TrainConfigInput["sae"][] = [
  { kind: "topk", n, k: 5 },
  { kind: "topk", n, k: 5, multiTopk: true },
  { kind: "matryoshka", n, k: 5 },
  { kind: "jumprelu", n, k: 5, bandwidth: 0.05 },
  { kind: "relu_l1", n },
];

describe("SIMD kernels", () => {
  // Widths with and without a rest that does not fill the registers.
  it.each([5, 16, 39])("give what the plain ones give, width %i", async (d) => {
    for (const sae of kinds) {
      const config = resolveTrainConfig({ sae, steps: 40, batchSize: 70, deadRows: 150, auxAlpha: 1 / 32 }, d);
      const trainers = [];
      for (const plain of [true, false]) {
        const trainer = await createTrainer(config, d, { threads: 0, plain });
        initialise(trainer.state, new Float32Array(d).fill(0.1), 3);
        trainers.push(trainer);
      }
      const [plain, simd] = trainers as [(typeof trainers)[0], (typeof trainers)[0]];
      const rng = createRng(d, "simd");
      let withAux = false;
      for (let step = 0; step < 8; step++) {
        const rows = step === 7 ? 1 : 70;
        const x = matrix(
          rows,
          d,
          Float32Array.from({ length: rows * d }, () => rng.normal() / Math.sqrt(d)),
        );
        const [a, b] = [await plain.step(x, step), await simd.step(x, step)];
        withAux ||= a.aux > 0;
        for (const figure of ["loss", "gradNorm", "errorSquares", "penalty"] as const)
          expect(Math.abs(a[figure] - b[figure]), figure).toBeLessThan(1e-5 * Math.max(1e-3, Math.abs(a[figure])));
        expect(b.active).toBe(a.active);
      }
      // The first moments are sums of gradients; the weights follow them by steps of any gradient's sign, so say less.
      for (const name of ["mW", "mD", "mBeta", "mC", "mThresholds"] as const) {
        const [one, other] = [plain.state[name], simd.state[name]];
        const size = Math.max(1e-6, ...one.map(Math.abs));
        one.forEach((value, i) => {
          expect(Math.abs(value - other[i]!), `${sae.kind} ${name} ${i}`).toBeLessThan(1e-4 * size);
        });
      }
      if (sae.kind === "topk") expect(withAux).toBe(true);
      for (const trainer of trainers) await trainer.close();
    }
  });
});
