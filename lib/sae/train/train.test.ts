import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { resolveTrainConfig, type TrainConfigInput } from "@/lib/sae/config";
import { geometricMedian } from "@/lib/sae/train/init";
import { learningRate } from "@/lib/sae/train/schedule";
import { type TrainOptions, type TrainResult, trainSae, trainSaes } from "@/lib/sae/train/train";
import { type Matrix, matrix } from "@/lib/tensor/matrix";

const D = 16;
const folder = await mkdtemp(join(tmpdir(), "train-"));
afterAll(() => rm(folder, { recursive: true }));

/** Rows made of three of 24 directions plus a large constant, so that there is something to find. */
function rowsOf(rows: number, seed: number): Matrix {
  const rng = createRng(seed, "train-rows");
  const out = matrix(rows, D);
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < D; j++) out.data[r * D + j] = j === 0 ? 40 : 0.2 * rng.normal();
    for (let s = 0; s < 3; s++) {
      const direction = createRng(rng.int(24), "direction");
      const strength = 4 + 4 * rng.float();
      for (let j = 0; j < D; j++) out.data[r * D + j]! += strength * direction.normal();
    }
  }
  return out;
}

async function* batches(fromStep: number): AsyncGenerator<Matrix> {
  for (let step = fromStep; ; step++) yield rowsOf(64, step);
}

async function* heldOut() {
  for (let part = 0; part < 8; part++)
    yield { acts: rowsOf(64, 10_000 + part), kinds: new Uint8Array(64).fill(part % 2) };
}

const config: TrainConfigInput = {
  sae: { kind: "topk", n: 48, k: 4 },
  steps: 60,
  batchSize: 64,
  lr: 3e-3,
  scaleRows: 640,
  initRows: 320,
  logEvery: 20,
  checkpointEvery: 7,
  deadRows: 640,
};
const run = (more: Partial<TrainOptions> = {}) => trainSae({ config, d: D, batches, threads: 0, ...more });

describe("trainSae", () => {
  it("learns, stays in raw units and calibrates a threshold that keeps k latents", async () => {
    const { sae, metrics, curve, calibration } = await run({ heldOut });
    expect(curve.map((point) => point.step)).toEqual([20, 40, 60]);
    expect(curve[2]!.fvu).toBeLessThan(0.7 * curve[0]!.fvu);
    expect(curve[2]!.lr).toBeLessThan(0.1 * 3e-3);
    expect(metrics!.all.rows).toBe(512);
    expect(metrics!.image.rows).toBe(256);
    expect(Math.abs(metrics!.all.fvu! / curve[2]!.fvu - 1)).toBeLessThan(0.25);
    expect(Math.abs(sae.c[0]! - 40)).toBeLessThan(8);
    expect(calibration!.l0).toBeCloseTo(Math.min(4, calibration!.l0), 6);
    expect(sae.theta).toBeGreaterThanOrEqual(0);
  });

  const kinds: TrainConfigInput["sae"][] = [
    { kind: "topk", n: 48, k: 4 },
    { kind: "matryoshka", n: 48, k: 4, thetaStart: 10 },
    { kind: "jumprelu", n: 48, k: 4 },
    { kind: "relu_l1", n: 48 },
  ];
  it.each(kinds)("continues bit for bit after an abort in the middle of a log interval: $kind", async (sae) => {
    const run = (more: Partial<TrainOptions> = {}) =>
      trainSae({ config: { ...config, sae }, d: D, batches, threads: 0, ...more });
    const whole = await run();
    const dir = join(folder, `resume-${sae.kind}`);
    const stop = new AbortController();
    const aborted = run({
      checkpointDir: dir,
      signal: stop.signal,
      onProgress: ({ step }) => step === 33 && stop.abort(new Error("stopped by test")),
    });
    await expect(aborted).rejects.toThrow("stopped by test");
    // A crash may leave a cut line and lines beyond the checkpoint behind.
    await writeFile(join(dir, "train.jsonl"), `${JSON.stringify({ ...whole.curve[0] })}\n{"step":40,"los`);
    const resumed = await run({ checkpointDir: dir });
    expect(resumed.resumedAt).toBe(33);
    for (const name of ["W", "D", "beta", "c", "thresholds", "theta"] as const)
      expect(resumed.sae[name]).toEqual(whole.sae[name]);
    const figures = ({ curve }: typeof whole) => curve.map(({ rowsPerSecond: _, ...point }) => point);
    expect(figures(resumed)).toEqual(figures(whole));
    const log = (await readFile(join(dir, "train.jsonl"), "utf8")).trim().split("\n");
    expect(log.map((line) => JSON.parse(line).step)).toEqual([20, 40, 60]);
    expect((await run({ checkpointDir: dir })).resumedAt).toBe(60);
  });

  it.each([
    { kind: "batch_topk", n: 48, k: 4 },
    { kind: "matryoshka", n: 48, k: 4 },
    { kind: "jumprelu", n: 48, k: 4, penalty: 0.3, bandwidth: 0.02 },
    { kind: "relu_l1", n: 48, penalty: 0.05 },
  ] as TrainConfigInput["sae"][])("serves by threshold what was trained that way: $kind", async (sae) => {
    const { sae: trained, metrics, curve } = await run({ config: { ...config, sae, steps: 120 }, heldOut });
    expect(trained.activation).toBe("jumprelu");
    expect(trained.provenance.architecture).toBe(sae.kind);
    const l0 = metrics!.all.l0!.mean;
    if (sae.kind === "batch_topk" || sae.kind === "matryoshka") expect(l0).toBeCloseTo(4, 1);
    else expect(Math.abs(l0 / curve.at(-1)!.l0 - 1)).toBeLessThan(0.3);
    expect(metrics!.all.fvu).toBeLessThan(0.6);
    for (let i = 0; i < 48; i++) expect(Math.hypot(...trained.D.subarray(i * D, (i + 1) * D))).toBeCloseTo(1, 4);
  });

  it("trains several in one pass as it would each alone, also when one of them had come further", async () => {
    const wanted: TrainConfigInput[] = [
      config,
      { ...config, sae: { kind: "batch_topk", n: 30, k: 3 }, seed: 4, steps: 40 },
    ];
    const alone: TrainResult[] = [];
    for (const one of wanted) alone.push(await run({ config: one, heldOut }));
    const dir = join(folder, "ahead");
    const stop = new AbortController();
    const ahead = run({
      checkpointDir: dir,
      signal: stop.signal,
      onProgress: ({ step }) => step === 23 && stop.abort(new Error("stopped by test")),
    });
    await expect(ahead).rejects.toThrow("stopped by test");
    const together = await trainSaes(
      wanted.map((one, i) => ({ config: one, ...(i === 0 ? { checkpointDir: dir } : {}) })),
      { d: D, batches, heldOut, threads: 0 },
    );
    expect(together.map(({ resumedAt }) => resumedAt)).toEqual([23, 0]);
    together.forEach(({ sae, metrics }, i) => {
      for (const name of ["W", "D", "beta", "c", "theta"] as const) expect(sae[name]).toEqual(alone[i]!.sae[name]);
      expect(metrics).toEqual(alone[i]!.metrics);
    });
  });

  it("looks at held-out rows on the way, which changes nothing", async () => {
    const looked = await run({ config: { ...config, logEvery: 5, evalEvery: 15, evalRows: 100 }, heldOut });
    const points = looked.curve.filter((point) => point.heldOut);
    expect(points.map(({ step }) => step)).toEqual([15, 30, 45, 60]);
    expect(points[0]!.heldOut!.rows).toBe(128); // whole batches
    expect(points[3]!.heldOut!.fvu).toBeLessThan(points[0]!.heldOut!.fvu!);
    expect(looked.sae.W).toEqual((await run()).sae.W);
  });

  it("starts from given weights, and a rate of 0 leaves them", async () => {
    const { sae } = await run();
    const dir = join(folder, "from-weights");
    const still = await run({ init: sae, config: { ...config, steps: 2, lr: 1e-30 }, checkpointDir: dir });
    for (const name of ["W", "D", "beta", "c"] as const) {
      const size = Math.max(...sae[name].map(Math.abs));
      still.sae[name].forEach((value, i) => {
        expect(Math.abs(value - sae[name][i]!)).toBeLessThan(1e-6 * size);
      });
    }
    await expect(run({ init: { ...sae, n: 47 } })).rejects.toThrow("is to be trained");
  });

  it("a transcoder gives another activation, in its units", async () => {
    const turned = (acts: Matrix) =>
      matrix(
        acts.rows,
        D,
        acts.data.map((_, t) => 3 * acts.data[t - (t % D) + ((t + 1) % D)]!),
      );
    const withTarget = async function* (fromStep: number) {
      for await (const batch of batches(fromStep)) yield { ...batch, target: turned(batch) };
    };
    const held = async function* () {
      for await (const batch of heldOut()) yield { ...batch, target: turned(batch.acts) };
    };
    const long = { ...config, steps: 200, transcoder: true };
    const { sae, metrics } = await run({ config: long, batches: withTarget, heldOut: held });
    expect(sae.provenance.transcoder).toBe(true);
    expect(metrics!.all.fvu).toBeLessThan(0.4);
    expect(Math.abs(sae.c[D - 1]! - 120)).toBeLessThan(30);
    await expect(run({ config: long })).rejects.toThrow("needs targets");
  });

  it("refuses the checkpoint of another run", async () => {
    const dir = join(folder, "other");
    await run({ checkpointDir: dir, config: { ...config, steps: 8 } });
    await expect(run({ checkpointDir: dir })).rejects.toMatchObject({ code: "CHECKPOINT_MISMATCH" });
  });

  it("says when the rows end too early", async () => {
    const short = async function* () {
      for (let step = 0; step < 12; step++) yield rowsOf(64, step);
    };
    await expect(run({ batches: short })).rejects.toThrow("the rows ended after 12 of 60 steps");
  });
});

describe("the schedule", () => {
  const schedule = resolveTrainConfig({ sae: { kind: "topk", n: 8192, k: 32 }, steps: 1000 }, D);

  it("follows the published rate, warms up, holds, and ends near zero", () => {
    expect(schedule.lr).toBeCloseTo(2.83e-4, 6);
    expect(learningRate(schedule, 0)).toBeCloseTo(schedule.lr / 50, 12);
    expect(learningRate(schedule, 49)).toBe(schedule.lr);
    expect(learningRate(schedule, 799)).toBe(schedule.lr);
    expect(learningRate(schedule, 999) / schedule.lr).toBeLessThan(0.01);
  });

  it("lets latents die in short runs too", () => {
    expect(schedule.deadRows).toBe(409_600);
    expect(schedule.auxK).toBe(D / 2);
  });
});

describe("the geometric median", () => {
  it("stays finite when the iterate meets a row and ignores an outlier", () => {
    const rows = matrix(5, 1, Float32Array.of(0, 0, 0, 1, 1000));
    expect(geometricMedian(rows)[0]).toBeCloseTo(0, 3);
    expect(geometricMedian(matrix(3, 2, new Float32Array(6).fill(2)))).toEqual(Float64Array.of(2, 2));
  });
});
