import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@/lib/core/errors";
import { hashOf, sha256 } from "@/lib/core/hash";
import { openSafetensors } from "@/lib/formats/safetensors";
import { type TensorData, writeSafetensors } from "@/lib/formats/safetensors-write";
import type { ResolvedTrainConfig } from "@/lib/sae/config";
import type { Sae } from "@/lib/sae/sae";
import { type CurvePoint, emptyInterval, type Interval } from "@/lib/sae/train/interval";
import type { TrainState } from "@/lib/sae/train/state";

/** Position of a run between two steps. With the state and the batch source it determines everything that follows. */
export interface Progress {
  step: number; // steps done
  rows: number; // rows seen
  scale: number; // s of x = h / s
  targetScale: number; // the same of what is reconstructed
  shift: Float64Array; // [d] fixed centre of the logged variances
  interval: Interval;
  curve: CurvePoint[];
}

const FILE = "checkpoint.safetensors";
const LOG = "train.jsonl";
const PARAMETERS = [
  ...(["W", "D", "beta", "c", "mW", "vW", "mD", "vD", "mBeta", "vBeta", "mC", "vC"] as const),
  ...(["thresholds", "mThresholds", "vThresholds"] as const), // empty but for JumpReLU
];

/** Identity of a run: another configuration, or another start, must not continue from its checkpoint. */
export function runKey(config: ResolvedTrainConfig, d: number, init?: Sae): string {
  // How often to log, look or save does not change the weights.
  const { logEvery: _, checkpointEvery: __, evalEvery: ___, evalRows: ____, ...rest } = config;
  const start = init ? sha256(new Uint8Array(init.W.buffer, init.W.byteOffset, init.W.byteLength)) : null;
  return hashOf({ ...rest, d, ...(start ? { start } : {}) });
}

/** Writes state and position to `<dir>/checkpoint.safetensors`, atomically. Floats are stored bit by bit. */
export async function saveCheckpoint(dir: string, key: string, state: TrainState, progress: Progress): Promise<void> {
  await mkdir(dir, { recursive: true });
  const { interval, shift, curve: _, ...position } = progress;
  const { a, ...sums } = interval;
  const tensors: TensorData[] = PARAMETERS.map((name) => {
    const data = state[name];
    return { name, dtype: "F32", shape: [data.length], data };
  });
  tensors.push({ name: "age", dtype: "F64", shape: [state.n], data: state.age });
  tensors.push({ name: "theta", dtype: "F64", shape: [1], data: state.theta });
  tensors.push({ name: "interval.a", dtype: "F64", shape: [state.d], data: a });
  tensors.push({ name: "shift", dtype: "F64", shape: [state.d], data: shift });
  const text = JSON.stringify({ ...position, interval: sums });
  await writeSafetensors(join(dir, FILE), tensors, { format: "fovea-checkpoint/2", key, progress: text });
}

/**
 * Loads a checkpoint into `state` and returns its position, or null when there is none. A checkpoint of other settings
 * is an AppError CHECKPOINT_MISMATCH: continuing would silently mix two runs.
 */
export async function loadCheckpoint(dir: string, key: string, state: TrainState): Promise<Progress | null> {
  const path = join(dir, FILE);
  const file = await openSafetensors(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (!file) return null;
  try {
    if (file.metadata.key !== key) {
      throw new AppError(
        "CHECKPOINT_MISMATCH",
        `${path} belongs to a run with other settings: remove it, or train into another folder.`,
      );
    }
    for (const name of PARAMETERS) state[name].set(await file.readFloat32(name));
    state.age.set(await file.readFloat64("age"));
    state.theta.set(await file.readFloat64("theta"));
    const { interval, ...position } = JSON.parse(file.metadata.progress ?? "{}") as Omit<Progress, "shift" | "curve">;
    const sums: Interval = { ...emptyInterval(state.d), ...interval, a: await file.readFloat64("interval.a") };
    const shift = await file.readFloat64("shift");
    const curve = (await readLog(dir)).filter((point) => point.step <= position.step);
    return { ...position, shift, interval: sums, curve };
  } finally {
    await file.close();
  }
}

async function readLog(dir: string): Promise<CurvePoint[]> {
  const text = await readFile(join(dir, LOG), "utf8").catch(() => "");
  const points: CurvePoint[] = [];
  for (const line of text.split("\n")) {
    if (!line) continue;
    try {
      points.push(JSON.parse(line) as CurvePoint);
    } catch {
      break; // a line cut short by a crash is written again by the resumed run
    }
  }
  return points;
}

/** Replaces train.jsonl by `curve`, one JSON object per line. */
export async function writeLog(dir: string, curve: readonly CurvePoint[]): Promise<void> {
  await mkdir(dir, { recursive: true });
  const path = join(dir, LOG);
  await writeFile(`${path}.tmp`, curve.map((point) => `${JSON.stringify(point)}\n`).join(""));
  await rename(`${path}.tmp`, path);
}
