/**
 * A full TopK training step here and in PyTorch, side by side on the same machine, nothing else running:
 *
 *     npx tsx --conditions=react-server tests/bench/sae-train/bench.ts [--python python3] [--seconds 8] [--json out.json]
 *
 * Without --python only this side runs. PyTorch (torch_step.py) takes as many threads as there are cores, as does this
 * side. Every size runs in a process of its own, so that peak memory is that size's. Rows are normal, nothing is dead: AuxK
 * is idle on both sides. Figures are medians.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createRng } from "@/lib/core/rng";
import { resolveTrainConfig } from "@/lib/sae/config";
import { initialise } from "@/lib/sae/train/init";
import type { StepTimes } from "@/lib/sae/train/step";
import { createTrainer } from "@/lib/sae/train/trainer";
import { matrix } from "@/lib/tensor/matrix";

/** d, n, k, rows per step. */
type Size = [number, number, number, number];
const SIZES: Size[] = [
  [256, 4096, 32, 2048],
  [1024, 16384, 64, 2048],
];

interface Result {
  name: string;
  d: number;
  n: number;
  k: number;
  rows: number;
  ms: number;
  steps: number;
  peakMb: number;
  parts?: StepTimes;
}

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    seconds: { type: "string", default: "8" },
    json: { type: "string" },
    size: { type: "string" },
  },
});
const seconds = Number(values.seconds);
const median = (list: number[]) => list.sort((a, b) => a - b)[list.length >> 1]!;

async function measure([d, n, k, rows]: Size): Promise<Result> {
  const trainer = await createTrainer(
    resolveTrainConfig({ sae: { kind: "topk", n, k }, steps: 100_000, batchSize: rows }, d),
    d,
  );
  initialise(trainer.state, new Float32Array(d), 0);
  const rng = createRng(0, "bench-sae-train");
  const x = matrix(
    rows,
    d,
    Float32Array.from({ length: rows * d }, () => rng.normal() / Math.sqrt(d)),
  );
  const times: number[] = [];
  const parts: Record<keyof StepTimes, number[]> = { encode: [], decode: [], aux: [], gradient: [], update: [] };
  let step = 0;
  for (; step < 3; step++) await trainer.step(x, step);
  const begin = performance.now();
  while (performance.now() - begin < 1000 * seconds || times.length < 5) {
    const start = performance.now();
    const { ms } = await trainer.step(x, step++);
    times.push(performance.now() - start);
    for (const part of Object.keys(parts) as (keyof StepTimes)[]) parts[part].push(ms[part]);
  }
  await trainer.close();
  const medians = Object.fromEntries(Object.entries(parts).map(([part, list]) => [part, median(list)]));
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  const steps = times.length;
  return { name: "Fovea", d, n, k, rows, ms: median(times), steps, peakMb, parts: medians as unknown as StepTimes };
}

/** This side's figures of one size, in a process of its own. */
function inOwnProcess(size: Size): Result {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), "--size", JSON.stringify(size)];
  const text = execFileSync(process.execPath, [...args, "--seconds", String(seconds)], { encoding: "utf8" });
  return JSON.parse(text.trim().split("\n").at(-1)!) as Result;
}

function inPython(python: string, size: Size): Result[] {
  const script = fileURLToPath(new URL("torch_step.py", import.meta.url));
  const text = execFileSync(python, [script, JSON.stringify([size]), String(seconds)], { encoding: "utf8" });
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Result);
}

if (values.size) {
  console.log(JSON.stringify(await measure(JSON.parse(values.size))));
} else {
  const all: Result[] = [];
  for (const size of SIZES) {
    const [d, n, k, rows] = size;
    const own = inOwnProcess(size);
    const others = values.python ? inPython(values.python, size) : [];
    console.log(`\nd ${d}, n ${n}, k ${k}, ${rows} rows a step`);
    for (const { name, ms, peakMb, steps } of [own, ...others]) {
      const rate = Math.round((1000 * rows) / ms);
      const ratio = (ms / own.ms).toFixed(2);
      console.log(
        `  ${name.padEnd(26)} ${ms.toFixed(0).padStart(6)} ms a step  ${String(rate).padStart(6)} tokens a second  ${ratio} x Fovea's time  peak ${peakMb} MB  (${steps} steps)`,
      );
    }
    const parts = Object.entries(own.parts ?? {}).map(([part, ms]) => `${part} ${ms.toFixed(0)}`);
    console.log(`  parts in ms: ${parts.join(", ")}`);
    all.push(own, ...others);
  }
  if (values.json) writeFileSync(values.json, `${JSON.stringify(all, null, 1)}\n`);
}
