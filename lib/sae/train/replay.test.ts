import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openSafetensors, type Safetensors } from "@/lib/formats/safetensors";
import { resolveTrainConfig, type TrainConfigInput } from "@/lib/sae/config";
import { geometricMedian, initialise } from "@/lib/sae/train/init";
import { createTrainer } from "@/lib/sae/train/trainer";
import { type Matrix, matrix, rowRange } from "@/lib/tensor/matrix";

const STEPS = 120;
const [D, N, K, BATCH] = [16, 96, 4, 32];
const golden = (name: string): Promise<Safetensors> =>
  openSafetensors(fileURLToPath(new URL(`../../../tests/golden/sae-replay/${name}.safetensors`, import.meta.url)));

/** Largest difference relative to the largest reference value. */
function relativeError(found: ArrayLike<number>, expected: Float64Array): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(found[i]! - expected[i]!));
    size = Math.max(size, Math.abs(expected[i]!));
  }
  return difference / size;
}

/** Every row's values moved on by one place, the last one to the front: what the transcoder of the fixture is to give. */
function movedOn({ data, rows, cols }: Matrix): Matrix {
  return matrix(
    rows,
    cols,
    data.map((_, t) => data[t - (t % cols) + ((t + cols - 1) % cols)]!),
  );
}

const settle = { penaltyWarmup: 30 };
const kinds: Record<string, TrainConfigInput["sae"]> = {
  topk: { kind: "topk", n: N, k: K },
  multi_topk: { kind: "topk", n: N, k: K, multiTopk: true },
  batch_topk: { kind: "batch_topk", n: N, k: K, thetaStart: 20 },
  matryoshka: { kind: "matryoshka", n: N, k: K, thetaStart: 20, prefixes: [6, 18, 42, 96] },
  jumprelu: { kind: "jumprelu", n: N, k: K, bandwidth: 0.05, theta0: 0.02, penalty: 0.05, ...settle },
  relu_l1: { kind: "relu_l1", n: N, penalty: 0.02, ...settle },
  transcoder: { kind: "topk", n: N, k: K },
};

it.each(Object.entries(kinds))(
  "replays 120 steps of a float64 PyTorch reference: warm-up, clip, AuxK, decay: %s",
  async (name, sae) => {
    const [start, reference] = [await golden("start"), await golden(name)];
    const batches = matrix(STEPS * BATCH, D, await start.readFloat32("batches"));
    const read = (tensor: string) => reference.readFloat64(tensor);
    const config = resolveTrainConfig(
      {
        sae,
        transcoder: name === "transcoder",
        steps: STEPS,
        batchSize: BATCH,
        lr: 4e-3,
        warmupSteps: 12,
        deadRows: 160,
        clipNorm: 0.1,
        // There a latent of TopK fires when it is selected; in the others when its activation is positive.
        compat: "dictionary_learning",
      },
      D,
    );
    const trainer = await createTrainer(config, D, { threads: 0 });
    const center = geometricMedian(rowRange(batches, 0, BATCH), { floor: false });
    expect(relativeError(center, await start.readFloat64("center"))).toBeLessThan(1e-12);
    initialise(trainer.state, Float32Array.from(center), 0);
    trainer.state.W.set(await start.readFloat32("init"));
    trainer.state.D.set(await start.readFloat32("init"));

    const [loss, aux, dead, norm] = [await read("loss"), await read("aux"), await read("dead"), await read("norm")];
    const active = await read("active");
    let worst = 0;
    for (let step = 0; step < STEPS; step++) {
      const x = rowRange(batches, step * BATCH, (step + 1) * BATCH);
      const stats = await trainer.step(x, step, config.transcoder ? movedOn(x) : undefined);
      worst = Math.max(worst, Math.abs(stats.loss / loss[step]! - 1));
      expect(stats.nDead, `dead latents at step ${step}`).toBe(dead[step]);
      expect(stats.active, `active pairs at step ${step}`).toBe(active[step]);
      expect(Math.abs(stats.aux - aux[step]!)).toBeLessThan(1e-5);
      expect(Math.abs(stats.gradNorm / norm[step]! - 1)).toBeLessThan(1e-4);
    }
    const { state } = trainer;
    const errors: Record<string, number> = { loss: worst };
    for (const tensor of ["W", "D", "beta", "c"] as const)
      errors[tensor] = relativeError(state[tensor], await read(tensor));
    if (state.thresholds.length > 0) errors.thresholds = relativeError(state.thresholds, await read("thresholds"));
    expect(worst).toBeLessThan(1e-6);
    for (const [tensor, error] of Object.entries(errors)) expect(error, tensor).toBeLessThan(1e-4);
    expect(relativeError(state.theta, await read("theta"))).toBeLessThan(1e-6);
    // The fixture must exercise what it is for: clipping, and AuxK with and without selection among the dead.
    if (name === "topk") {
      expect(norm.some((value) => value > 0.1) && norm.some((value) => value < 0.1)).toBe(true);
      expect(dead.some((count) => count > 0 && count <= 8) && dead.some((count) => count > 8)).toBe(true);
    }
    await trainer.close();
    for (const file of [start, reference]) await file.close();
  },
);
