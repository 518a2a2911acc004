import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { resolveTrainConfig, type TrainConfigInput } from "@/lib/sae/config";
import { createOrtDense } from "@/lib/sae/train/dense-ort";
import { initialise } from "@/lib/sae/train/init";
import { createTrainer, type Trainer } from "@/lib/sae/train/trainer";
import { type Matrix, matrix } from "@/lib/tensor/matrix";
import { naiveDense } from "@/tests/helpers/naive-sae";

function randomRows(rows: number, d: number, seed: number): Matrix {
  const rng = createRng(seed, "rows");
  return matrix(
    rows,
    d,
    Float32Array.from({ length: rows * d }, () => rng.normal() / Math.sqrt(d)),
  );
}

const base: TrainConfigInput = { sae: { kind: "topk", n: 200, k: 5 }, steps: 40, batchSize: 130, deadRows: 200 };

async function trainerOf(input: TrainConfigInput, d: number, options = {}): Promise<Trainer> {
  const trainer = await createTrainer(resolveTrainConfig(input, d), d, options);
  initialise(trainer.state, new Float32Array(d).fill(0.1), 3);
  return trainer;
}

async function run(trainer: Trainer, steps: number, rows: number, d: number) {
  const out = [];
  for (let step = 0; step < steps; step++) out.push(await trainer.step(randomRows(rows, d, step), step));
  return out;
}

const n = 200;
const kinds: Record<string, TrainConfigInput["sae"]> = {
  topk: { kind: "topk", n, k: 5 },
  "multi-topk": { kind: "topk", n, k: 5, multiTopk: true },
  batch_topk: { kind: "batch_topk", n, k: 5 },
  matryoshka: { kind: "matryoshka", n, k: 5 },
  jumprelu: { kind: "jumprelu", n, k: 5, bandwidth: 0.05 },
  relu_l1: { kind: "relu_l1", n },
};

describe("a training step", () => {
  it.each(Object.entries(kinds))(
    "gives the same bits on worker threads as without: %s",
    { timeout: 30_000 },
    async (_, sae) => {
      const results = [];
      for (const threads of [0, 2]) {
        const trainer = await trainerOf({ ...base, sae }, 24, { threads });
        await run(trainer, 6, 130, 24);
        results.push([...trainer.state.W, ...trainer.state.D, ...trainer.state.beta, ...trainer.state.c]);
        await trainer.close();
      }
      expect(results[1]).toEqual(results[0]);
    },
  );

  it("agrees with the naive dense products, AuxK with and without selection included", async () => {
    for (const auxK of [7, 500]) {
      const input = { ...base, auxK };
      const fast = await trainerOf(input, 24, { threads: 0 });
      const naive = await trainerOf(input, 24, { threads: 0, dense: naiveDense });
      const [a, b] = [await run(fast, 8, 130, 24), await run(naive, 8, 130, 24)];
      expect(a.at(-1)?.nDead).toBeGreaterThan(auxK === 7 ? 7 : 0);
      a.forEach((stats, i) => {
        expect(Math.abs(stats.loss / (b[i]?.loss ?? 0) - 1)).toBeLessThan(2e-6);
      });
      expect(a.at(-1)?.aux).toBeGreaterThan(0);
      await fast.close();
    }
  });

  it("keeps decoder rows at unit norm", async () => {
    const trainer = await trainerOf({ ...base, lr: 0.05, warmupSteps: 0 }, 24, { threads: 0, dense: naiveDense });
    await run(trainer, 3, 100, 24);
    for (let i = 0; i < 200; i++) {
      const norm = Math.hypot(...trainer.state.D.subarray(i * 24, (i + 1) * 24));
      expect(Math.abs(norm - 1)).toBeLessThan(1e-6);
    }
  });

  it.each(Object.keys(kinds))("survives any small shape: one row, k >= n, all zeros, ties: %s", async (name) => {
    const dense = await createOrtDense({ reluFirst: false });
    const sizes = fc.record({
      d: fc.integer({ min: 1, max: 9 }),
      n: fc.integer({ min: 1, max: 70 }),
      rows: fc.integer({ min: 1, max: 67 }),
      fill: fc.constantFrom("zero", "tied", "random"),
      transcoder: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ d, n, rows, fill, transcoder }) => {
        const sae = {
          ...kinds[name],
          n,
          ...(name === "relu_l1" ? {} : { k: Math.min(n, 6) }),
        } as TrainConfigInput["sae"];
        const config = { ...resolveTrainConfig({ ...base, sae, transcoder }, d), deadRows: 1 };
        const trainer = await createTrainer(config, d, { threads: 0, dense });
        initialise(trainer.state, new Float32Array(d), 1);
        const x = fill === "random" ? randomRows(rows, d, n) : matrix(rows, d);
        if (fill === "tied") x.data.fill(0.5);
        for (let step = 0; step < 2; step++) {
          const stats = await trainer.step(x, step, transcoder ? randomRows(rows, d, n + 1) : undefined);
          expect(Number.isFinite(stats.loss)).toBe(true);
          if (name.includes("topk") || name === "matryoshka") expect(stats.active).toBeLessThanOrEqual(rows * 6);
        }
        const { W, D, beta, c, thresholds } = trainer.state;
        for (const values of [W, D, beta, c, thresholds]) expect(values.every(Number.isFinite)).toBe(true);
        await trainer.close();
      }),
      { numRuns: 25 },
    );
    await dense.dispose();
  });

  it("refuses more active latents than there are, and prefixes that do not end at n", () => {
    expect(() => resolveTrainConfig({ ...base, sae: { kind: "batch_topk", n: 4, k: 5 } }, 3)).toThrow(
      "k must not exceed n",
    );
    const sae = { kind: "matryoshka", n: 8, k: 2, prefixes: [4, 4, 8] } as const;
    expect(() => resolveTrainConfig({ ...base, sae: { ...sae, prefixes: [...sae.prefixes] } }, 3)).toThrow("must rise");
  });

  it("BatchTopK keeps the k rows largest of the whole batch, however they are spread over its rows", async () => {
    const trainer = await trainerOf({ ...base, sae: kinds.batch_topk! }, 24, { threads: 0 });
    const naive = await trainerOf({ ...base, sae: kinds.batch_topk! }, 24, { threads: 0, dense: naiveDense });
    const x = randomRows(40, 24, 1);
    for (let t = 0; t < 24; t++) x.data[t]! *= 300; // one row takes most of the places
    const [a, b] = [await trainer.step(x, 0), await naive.step(x, 0)];
    expect([a.active, b.active]).toEqual([200, 200]);
    expect(Math.abs(a.loss / b.loss - 1)).toBeLessThan(1e-6);
    expect(trainer.state.age.filter((age) => age === 0).length).toBeGreaterThan(60);
    await trainer.close();
  });

  it("refuses rows of another width and batches that are too large", async () => {
    const trainer = await trainerOf(base, 24, { threads: 0, dense: naiveDense });
    await expect(trainer.step(matrix(3, 23), 0)).rejects.toThrow("expected [*,24], got [3,23]");
    await expect(trainer.step(matrix(131, 24), 0)).rejects.toThrow("batch of 131 rows");
  });
});
