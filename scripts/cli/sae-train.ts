import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
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
import { trainConfigSchema } from "../../lib/sae/config";
import { loadSae, saveSae } from "../../lib/sae/sparsify";
import type { TrainBatch } from "../../lib/sae/train/init";
import type { TrainProgress } from "../../lib/sae/train/run";
import { trainSae } from "../../lib/sae/train/train";
import { type Command, required } from "./command";

/** A training configuration, and whether rows are mixed. `steps` defaults to one pass, `logEvery` to every step. */
const fileSchema = z.looseObject({ shuffle: z.boolean().default(true) });

export const saeTrain: Command = {
  usage:
    "sae train --activations rows.safetensors --config cfg.json [--targets rows.safetensors] [--held-out rows.safetensors] [--init FOLDER] --out FOLDER",
  about:
    "Trains an SAE on a matrix of hidden states [rows, d]; cfg.json holds the settings of docs/training.md. With shuffle false rows come in the order of the file. Started again after a stop, it goes on from its checkpoint.",
  async run(argv) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        activations: { type: "string" },
        targets: { type: "string" },
        "held-out": { type: "string" },
        config: { type: "string" },
        init: { type: "string" },
        out: { type: "string" },
      },
    });
    const out = required(values.out, "out");
    const configPath = required(values.config, "config");
    const rows = await openMatrixFile(required(values.activations, "activations"));
    const open = [rows];
    const openLike = async (path: string) => {
      const file = await openMatrixFile(path);
      open.push(file);
      if (file.d !== rows.d)
        throw new AppError("INVALID_INPUT", `${path} has rows of width ${file.d}, the activations ${rows.d}.`);
      return file;
    };
    try {
      const { config, shuffle } = await readConfig(configPath, rows);
      const targets = values.targets === undefined ? null : await openLike(values.targets);
      if (config.transcoder !== (targets !== null))
        throw new AppError(
          "INVALID_INPUT",
          "A transcoder, and only that, needs --targets: set transcoder in the config.",
        );
      if (targets && shuffle)
        throw new AppError(
          "INVALID_INPUT",
          "Targets lie beside their rows: set shuffle to false, with files in random order.",
        );
      if (targets && targets.rows !== rows.rows)
        throw new AppError("INVALID_INPUT", `There are ${rows.rows} rows, but ${targets.rows} targets.`);
      const { batchSize, seed } = config;
      const inOrder = orderedBatches(rows, batchSize);
      const heldOut = values["held-out"] === undefined ? null : fileRows(await openLike(values["held-out"]));
      const checkpointDir = join(out, "checkpoint");
      await mkdir(checkpointDir, { recursive: true });
      const trained = await trainSae({
        config,
        d: rows.d,
        batches: targets
          ? beside(inOrder, orderedBatches(targets, batchSize))
          : shuffle
            ? mixedFileBatches(rows, { batchSize, seed })
            : inOrder,
        ...(heldOut ? { heldOut } : {}),
        ...(values.init === undefined ? {} : { init: await loadSae(values.init) }),
        checkpointDir,
        signal: interruption(),
        onProgress: showProgress(),
      });
      await saveSae(out, trained.sae);
      await rename(join(checkpointDir, "train.jsonl"), join(out, "train.jsonl"));
      if (trained.metrics) {
        const { metrics, calibration } = trained;
        await writeFile(join(out, "metrics.json"), `${JSON.stringify({ heldOut: metrics, calibration }, null, 2)}\n`);
      }
      await rm(checkpointDir, { recursive: true });
      const { fvu, l0 } = trained.metrics?.all ?? {};
      const figures = fvu == null ? "" : `; held out: fvu ${fvu.toFixed(4)}, l0 ${l0?.mean.toFixed(1)}`;
      console.log(`${out}: ${config.sae.kind} [${config.sae.n}, ${rows.d}]${figures}`);
    } finally {
      for (const file of open) await file.close();
    }
  },
};

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
function showProgress(): (progress: TrainProgress) => void {
  const { isTTY } = process.stderr;
  let shown = 0;
  return ({ step, steps, rowsPerSecond, point }) => {
    if (!point || (step < steps && (isTTY ? performance.now() - shown < 200 : step % Math.ceil(steps / 10) !== 0)))
      return;
    shown = performance.now();
    const line = `step ${step} of ${steps}, ${rowsPerSecond} rows a second, loss ${point.loss.toFixed(5)}, fvu ${point.fvu.toFixed(4)}, l0 ${point.l0.toFixed(1)}, dead ${(100 * point.dead).toFixed(1)} %`;
    process.stderr.write(isTTY ? `\r\x1b[K${line}${step === steps ? "\n" : ""}` : `${line}\n`);
  };
}
