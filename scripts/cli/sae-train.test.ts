import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { writeSafetensors } from "@/lib/formats/safetensors-write";
import { resolveTrainConfig } from "@/lib/sae/config";
import { loadSae } from "@/lib/sae/sparsify";
import { startFrom } from "@/lib/sae/train/init";
import { createTrainer } from "@/lib/sae/train/trainer";
import { matrix, rowRange } from "@/lib/tensor/matrix";

const [ROWS, D] = [2000, 24];
const root = await mkdtemp(join(tmpdir(), "sae-train-"));
afterAll(() => rm(root, { recursive: true }));
const rng = createRng(1, "rows");
const data = Float32Array.from({ length: ROWS * D }, () => rng.normal());
const activations = join(root, "rows.safetensors");
await writeSafetensors(activations, [{ name: "rows", dtype: "F32", shape: [ROWS, D], data }]);

let count = 0;
async function command(config: object, out: string, more: string[] = []) {
  const path = join(root, `config-${count++}.json`);
  await writeFile(path, JSON.stringify(config));
  const args = [
    "scripts/fovea.mjs",
    "sae",
    "train",
    "--activations",
    activations,
    "--config",
    path,
    "--out",
    out,
    ...more,
  ];
  const child = spawn(process.execPath, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const ended = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
  return { child, ended, said: () => said };
}

async function train(config: object, out: string, more?: string[]): Promise<string> {
  const { ended, said } = await command(config, out, more);
  expect(await ended, said()).toBe(0);
  return said();
}

const linesOf = async (path: string) =>
  (await readFile(path, "utf8").catch(() => "")).split("\n").filter((line) => line !== "");

const base = { sae: { kind: "topk", n: 96, k: 6 }, batchSize: 128, lr: 2e-3, shuffle: false };

describe("fovea sae train", { timeout: 120_000 }, () => {
  it("takes rows in the order of the file from given weights, and logs the loss and its parts at every step", async () => {
    const first = join(root, "first");
    expect(await train({ ...base, steps: 3 }, first)).toContain("topk [96, 24]");
    const out = join(root, "second");
    const config = { ...base, steps: 40, normalise: false, deadRows: 500 };
    await train(config, out, ["--init", first, "--held-out", activations]);
    const log = (await linesOf(join(out, "train.jsonl"))).map((line) => JSON.parse(line));
    expect(log.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));

    // The same steps by hand: 40 batches of 128 rows go round the file of 2,000 rows more than twice.
    const { shuffle: _, ...settings } = config;
    const resolved = resolveTrainConfig(settings as never, D);
    const trainer = await createTrainer(resolved, D, { threads: 0 });
    startFrom(trainer.state, await loadSae(first), { scale: 1, targetScale: 1, center: new Float32Array(D) });
    const endless = matrix(3 * ROWS, D, Float32Array.from([...data, ...data, ...data]));
    for (const [step, line] of log.entries()) {
      const stats = await trainer.step(rowRange(endless, step * 128, (step + 1) * 128), step);
      expect(line.loss).toBe(stats.loss);
      expect(line.reconstruction + line.aux / 32 + line.penalty).toBeCloseTo(line.loss, 12);
    }
    const sae = await loadSae(out);
    expect(sae.W).toEqual(Float32Array.from(trainer.state.W));
    await trainer.close();
    const { heldOut, calibration } = JSON.parse(await readFile(join(out, "metrics.json"), "utf8"));
    expect(heldOut.all.rows).toBe(ROWS);
    expect(sae.theta).toBe(calibration.theta);
  });

  it("goes on after it was killed, and ends with the weights of an undisturbed run", async () => {
    const config = {
      ...base,
      sae: { kind: "matryoshka", n: 96, k: 6 },
      steps: 400,
      checkpointEvery: 25,
      shuffle: true,
    };
    const [whole, killed] = [join(root, "whole"), join(root, "killed")];
    await train(config, whole);
    const { child, ended } = await command(config, killed);
    const log = join(killed, "checkpoint", "train.jsonl");
    while ((await linesOf(log)).length < 130) await new Promise((resolve) => setTimeout(resolve, 5));
    process.kill(-child.pid!, "SIGKILL");
    expect(await ended).toBeNull();
    expect((await linesOf(log)).length).toBeLessThan(400);
    await stat(join(killed, "checkpoint", "checkpoint.safetensors"));
    await train(config, killed);
    for (const file of ["sae.safetensors", "cfg.json"])
      expect(await readFile(join(killed, file))).toEqual(await readFile(join(whole, file)));
    const figures = async (out: string) =>
      (await linesOf(join(out, "train.jsonl"))).map((line) => ({ ...JSON.parse(line), rowsPerSecond: 0 }));
    expect(await figures(killed)).toEqual(await figures(whole));
    await expect(stat(join(killed, "checkpoint"))).rejects.toThrow("ENOENT");
  });

  it("trains several SAEs in one pass, each into its own folder as if alone", async () => {
    const wide = join(root, "wide.json");
    await writeFile(wide, JSON.stringify({ ...base, sae: { kind: "batch_topk", n: 120, k: 5 }, steps: 12 }));
    const [both, alone] = [join(root, "both"), join(root, "alone")];
    const said = await train({ ...base, steps: 20 }, both, ["--config", wide]);
    await train({ ...base, sae: { kind: "batch_topk", n: 120, k: 5 }, steps: 12 }, alone);
    expect(said).toContain(`${join(both, "wide")}: batch_topk [120, 24]`);
    for (const file of ["sae.safetensors", "cfg.json"])
      expect(await readFile(join(both, "wide", file))).toEqual(await readFile(join(alone, file)));
  });

  it("says what is wrong with a configuration or its rows", async () => {
    const refused = async (config: object, more: string[] = []) => {
      const { ended, said } = await command(config, join(root, "refused"), more);
      expect(await ended).toBe(1);
      return said();
    };
    expect(await refused({ ...base, sae: { kind: "topk", n: 4, k: 6 } })).toContain("k must not exceed n");
    expect(await refused({ ...base, stepz: 4 })).toContain("stepz");
    expect(await refused({ ...base, transcoder: true })).toContain("needs --targets");
    const broken = join(root, "broken.safetensors");
    const holed = data.slice();
    holed[5 * D + 3] = Number.NaN;
    await writeSafetensors(broken, [{ name: "rows", dtype: "F32", shape: [ROWS, D], data: holed }]);
    expect(await refused(base, ["--activations", broken])).toContain('row 5 of "rows" holds NaN');
  });
});
