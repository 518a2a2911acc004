import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { openSafetensors } from "@/lib/formats/safetensors";
import { resolveTrainConfig } from "@/lib/sae/config";
import { geometricMedian, initialise } from "@/lib/sae/train/init";
import { createTrainer } from "@/lib/sae/train/trainer";
import { matrix, rowRange } from "@/lib/tensor/matrix";

const STEPS = 120;
const [D, N, BATCH] = [16, 96, 32];
const path = fileURLToPath(new URL("../../../tests/golden/sae-topk-replay/replay.safetensors", import.meta.url));

/** Largest difference relative to the largest reference value. */
function relativeError(found: ArrayLike<number>, expected: Float64Array): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(found[i]! - expected[i]!));
    size = Math.max(size, Math.abs(expected[i]!));
  }
  return difference / size;
}

it("replays 120 steps of a float64 PyTorch reference: warm-up, clip, AuxK, decay", async () => {
  const golden = await openSafetensors(path);
  const batches = matrix(STEPS * BATCH, D, await golden.readFloat32("batches"));
  const read = (name: string) => golden.readFloat64(name);
  const config = resolveTrainConfig(
    {
      sae: { kind: "topk", n: N, k: 4 },
      steps: STEPS,
      batchSize: BATCH,
      lr: 4e-3,
      warmupSteps: 12,
      deadRows: 160,
      clipNorm: 0.1,
      compat: "dictionary_learning",
    },
    D,
  );
  const trainer = await createTrainer(config, D, { threads: 0 });
  const center = geometricMedian(rowRange(batches, 0, BATCH), { floor: false });
  expect(relativeError(center, await read("center"))).toBeLessThan(1e-12);
  initialise(trainer.state, Float32Array.from(center), 0);
  trainer.state.W.set(await golden.readFloat32("init"));
  trainer.state.D.set(await golden.readFloat32("init"));

  const [loss, aux, dead, norm] = [await read("loss"), await read("aux"), await read("dead"), await read("norm")];
  let worst = 0;
  for (let step = 0; step < STEPS; step++) {
    const stats = await trainer.step(rowRange(batches, step * BATCH, (step + 1) * BATCH), step);
    worst = Math.max(worst, Math.abs(stats.loss / loss[step]! - 1));
    expect(stats.nDead, `dead latents at step ${step}`).toBe(dead[step]);
    expect(Math.abs(stats.aux - aux[step]!)).toBeLessThan(1e-5);
    expect(Math.abs(stats.gradNorm / norm[step]! - 1)).toBeLessThan(1e-4);
  }
  const errors: Record<string, number> = { loss: worst };
  for (const name of ["W", "D", "beta", "c"] as const)
    errors[name] = relativeError(trainer.state[name], await read(name));
  expect(worst).toBeLessThan(1e-6);
  for (const [name, error] of Object.entries(errors)) expect(error, name).toBeLessThan(1e-4);
  // The fixture must exercise what it is for: clipping, and AuxK with and without selection among the dead.
  expect(norm.some((value) => value > 0.1) && norm.some((value) => value < 0.1)).toBe(true);
  expect(dead.some((count) => count > 0 && count <= 8) && dead.some((count) => count > 8)).toBe(true);
  await trainer.close();
  await golden.close();
});
