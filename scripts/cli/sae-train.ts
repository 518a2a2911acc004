import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import {
  fileRows,
  type MatrixFile,
  mixedFileBatches,
  openMatrixFile,
  orderedBatches,
} from "../../lib/activations/matrix-file";
import { AppError } from "../../lib/core/errors";
import { type TrainConfig, trainConfigSchema } from "../../lib/sae/config";
import { loadSae, saveSae } from "../../lib/sae/sparsify";
import type { TrainBatch } from "../../lib/sae/train/init";
import type { TrainProgress } from "../../lib/sae/train/run";
import { type TrainResult, trainSaes } from "../../lib/sae/train/train";
import { type Command, required } from "./command";

/** A training configuration, and whether rows are mixed. `steps` defaults to one pass, `logEvery` to every step. */
const fileSchema = z.looseObject({ shuffle: z.boolean().default(true) });

export const saeTrain: Command = {
  usage:
    "sae train --activations rows.safetensors --config cfg.json ... [--targets rows.safetensors] [--held-out rows.safetensors] [--init FOLDER] --out FOLDER",
  about:
    "Trains an SAE on a matrix of hidden states [rows, d]; cfg.json holds the settings of docs/training.md. With shuffle false rows come in the order of the file. Several --config share one pass over the rows, each into a folder of its name. Started again after a stop, it goes on from its checkpoint.",
  async run(argv) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        activations: { type: "string" },
        targets: { type: "string" },
        "held-out": { type: "string" },
        config: { type: "string", multiple: true },
        init: { type: "string" },
        out: { type: "string" },
      },
    });
    const out = required(values.out, "out");
    const paths = values.config ?? [required(undefined, "config")];
    const rows = await openMatrixFile(required(values.activations, "activations"));
    const open = [rows];
    const openLike = async (path: string) => {
      const file = await openMatrixFile(path);
      open.push(file);
      if (file.d === rows.d) return file;
      throw new AppError("INVALID_INPUT", `${path} has rows of width ${file.d}, the activations ${rows.d}.`);
    };
    try {
      const planned: Planned[] = [];
      for (const path of paths) {
        const folder = paths.length === 1 ? out : join(out, basename(path, extname(path)));
        planned.push({ ...(await readConfig(path, rows)), folder, checkpointDir: join(folder, "checkpoint") });
      }
      const shared = whatTheyShare(planned);
      const targets = values.targets === undefined ? null : await openLike(values.targets);
      const heldOut = values["held-out"] === undefined ? null : fileRows(await openLike(values["held-out"]));
      const init = values.init === undefined ? {} : { init: await loadSae(values.init) };
      for (const { checkpointDir } of planned) await mkdir(checkpointDir, { recursive: true });
      const results = await trainSaes(
        planned.map(({ config, checkpointDir, folder }) => {
          const onProgress = showProgress(planned.length > 1 ? `${basename(folder)}: ` : "");
          return { config, checkpointDir, ...init, onProgress };
        }),
        {
          d: rows.d,
          batches: batchesOf(rows, targets, shared),
          ...(heldOut ? { heldOut } : {}),
          signal: interruption(),
        },
      );
      for (const [i, trained] of results.entries()) await save(planned[i]!, trained);
    } finally {
      for (const file of open) await file.close();
    }
  },
};

/** One SAE to train, and where it goes. */
interface Planned {
  config: TrainConfig;
  shuffle: boolean;
  folder: string;
  checkpointDir: string;
}

/** What the rows depend on. */
interface Shared extends Pick<TrainConfig, "batchSize" | "seed" | "transcoder"> {
  shuffle: boolean;
}

function whatTheyShare(planned: readonly Planned[]): Shared {
  const of = ({ config: { batchSize, seed, transcoder }, shuffle }: Planned) => ({
    batchSize,
    seed,
    transcoder,
    shuffle,
  });
  const [first, ...others] = planned.map(of) as [Shared, ...Shared[]];
  if (others.some((other) => JSON.stringify(other) !== JSON.stringify(first)))
    throw new AppError("INVALID_INPUT", "SAEs that share a pass need one batchSize, seed, shuffle and transcoder.");
  if (new Set(planned.map(({ folder }) => folder)).size < planned.length)
    throw new AppError("INVALID_INPUT", "Two configurations have one name, and would go into one folder.");
  return first;
}

function batchesOf(rows: MatrixFile, targets: MatrixFile | null, shared: Shared): Batches {
  const { batchSize, seed, transcoder, shuffle } = shared;
  if (transcoder !== (targets !== null))
    throw new AppError("INVALID_INPUT", "A transcoder, and only that, needs --targets: set transcoder in the config.");
  if (!targets) return shuffle ? mixedFileBatches(rows, { batchSize, seed }) : orderedBatches(rows, batchSize);
  if (shuffle)
    throw new AppError(
      "INVALID_INPUT",
      "Targets lie beside their rows: set shuffle to false, with files in random order.",
    );
  if (targets.rows !== rows.rows)
    throw new AppError("INVALID_INPUT", `There are ${rows.rows} rows, but ${targets.rows} targets.`);
  return beside(orderedBatches(rows, batchSize), orderedBatches(targets, batchSize));
}

async function save({ config, folder, checkpointDir }: Planned, trained: TrainResult): Promise<void> {
  const { sae, metrics, calibration } = trained;
  await saveSae(folder, sae);
  await rename(join(checkpointDir, "train.jsonl"), join(folder, "train.jsonl"));
  if (metrics)
    await writeFile(join(folder, "metrics.json"), `${JSON.stringify({ heldOut: metrics, calibration }, null, 2)}\n`);
  await rm(checkpointDir, { recursive: true });
  const { fvu, l0 } = metrics?.all ?? {};
  const figures = fvu == null ? "" : `; held out: fvu ${fvu.toFixed(4)}, l0 ${l0?.mean.toFixed(1)}`;
  console.log(`${folder}: ${config.sae.kind} [${config.sae.n}, ${sae.d}]${figures}`);
}

async function readConfig(path: string, rows: MatrixFile) {
  const text = await readFile(path, "utf8").catch((cause) => {
    throw new AppError("INVALID_INPUT", `There is no readable configuration at ${path}.`, { cause });
  });
  try {
    const { shuffle, ...given } = fileSchema.parse(JSON.parse(text));
    const batchSize = typeof given.batchSize === "number" ? given.batchSize : 4096;
    const steps = Math.max(1, Math.floor(rows.rows / batchSize));
    return { shuffle, config: trainConfigSchema.strict().parse({ steps, logEvery: 1, ...given }) };
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message;
    throw new AppError("INVALID_INPUT", `${path} is not a training configuration: ${reason}`, { cause });
  }
}

type Batches = (fromStep: number) => AsyncGenerator<TrainBatch>;

/** Pairs every batch with its targets. */
function beside(rows: Batches, targets: Batches): Batches {
  return async function* (fromStep) {
    const other = targets(fromStep);
    for await (const batch of rows(fromStep)) yield { ...batch, target: (await other.next()).value as TrainBatch };
  };
}

/** The first Ctrl-C saves a checkpoint and stops; a second one stops at once. */
function interruption(): AbortSignal {
  const stop = new AbortController();
  const end = () => stop.abort(new AppError("RUN_CANCELLED", "Stopped; the same command goes on from here."));
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
  return stop.signal;
}

/** One line that is written over, where somebody looks; a line per tenth in a log. */
function showProgress(name: string): (progress: TrainProgress) => void {
  const { isTTY } = process.stderr;
  let shown = 0;
  return ({ step, steps, rowsPerSecond, point }) => {
    if (!point || (step < steps && (isTTY ? performance.now() - shown < 200 : step % Math.ceil(steps / 10) !== 0)))
      return;
    shown = performance.now();
    const line = `${name}step ${step} of ${steps}, ${rowsPerSecond} rows a second, loss ${point.loss.toFixed(5)}, fvu ${point.fvu.toFixed(4)}, l0 ${point.l0.toFixed(1)}, dead ${(100 * point.dead).toFixed(1)} %`;
    process.stderr.write(isTTY ? `\r\x1b[K${line}${step === steps ? "\n" : ""}` : `${line}\n`);
  };
}
