import { mixedBatches } from "@/lib/activations/shuffle";
import { AppError } from "@/lib/core/errors";
import { createRng } from "@/lib/core/rng";
import { openSafetensors } from "@/lib/formats/safetensors";
import { type Matrix, matrix } from "@/lib/tensor/matrix";

/** Hidden states as one plain matrix [rows, d] in a safetensors file; read row by row, so it may exceed memory. */
export interface MatrixFile {
  rows: number;
  d: number;
  /** Rows `from` (inclusive) to `to` (exclusive). @throws AppError FORMAT_UNREADABLE naming a row with NaN or infinity. */
  read(from: number, to: number): Promise<Matrix>;
  close(): Promise<void>;
}

/** Rows read at once: sequential on disk, small beside the buffer that mixes them. */
const BLOCK_ROWS = 2048;

/**
 * Opens a file with one tensor [rows, d] (or the one named) of F64, F32, F16 or BF16.
 * @throws AppError FORMAT_UNREADABLE when there is no such tensor, several, or one of another rank.
 */
export async function openMatrixFile(path: string, tensor?: string): Promise<MatrixFile> {
  const file = await openSafetensors(path);
  const names = [...file.tensors.keys()];
  const refuse = async (message: string): Promise<never> => {
    await file.close();
    throw new AppError("FORMAT_UNREADABLE", `${path}: ${message}`);
  };
  if (tensor === undefined && names.length !== 1)
    return refuse(`${names.length} tensors (${names.join(", ")}); say which one holds the rows`);
  const name = tensor ?? names[0]!;
  if (!file.tensors.has(name)) return refuse(`no tensor "${name}"; found ${names.join(", ")}`);
  const { shape } = file.info(name);
  const [rows = 0, d = 0] = shape;
  if (shape.length !== 2 || rows === 0 || d === 0)
    return refuse(`"${name}" is [${shape.join(",")}], but rows must be [rows, d] with at least one row`);
  return {
    rows,
    d,
    async read(from, to) {
      const data = await file.readFloat32Range(name, from * d, to * d);
      const bad = data.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        const row = from + Math.floor(bad / d);
        throw new AppError("FORMAT_UNREADABLE", `${path}: row ${row} of "${name}" holds NaN or infinity`);
      }
      return matrix(to - from, d, data);
    },
    close: () => file.close(),
  };
}

/** Batches of consecutive rows in the order of the file, from its first row again after its last. */
export function orderedBatches(file: MatrixFile, batchSize: number): (fromStep: number) => AsyncGenerator<Matrix> {
  return async function* (fromStep) {
    for (let at = (fromStep * batchSize) % file.rows; ; ) {
      const batch = matrix(batchSize, file.d);
      for (let filled = 0; filled < batchSize; ) {
        const rows = Math.min(batchSize - filled, file.rows - at);
        batch.data.set((await file.read(at, at + rows)).data, filled * file.d);
        filled += rows;
        at = (at + rows) % file.rows;
      }
      yield batch;
    }
  };
}

/** Endless mixed batches; blocks are read in another random order in every epoch. */
export function mixedFileBatches(file: MatrixFile, { batchSize, seed }: { batchSize: number; seed: number }) {
  const starts = Array.from({ length: Math.ceil(file.rows / BLOCK_ROWS) }, (_, i) => i * BLOCK_ROWS);
  const bufferRows = Math.min(file.rows, 131_072, Math.floor(2 ** 30 / (4 * file.d)));
  const stream = async function* () {
    for (let epoch = 0; ; epoch++) {
      for (const from of createRng(seed, "epoch", epoch).shuffle([...starts]))
        yield await file.read(from, Math.min(file.rows, from + BLOCK_ROWS));
    }
  };
  return mixedBatches(stream, { d: file.d, batchSize, seed, bufferRows });
}

/** All rows once, in order, as an evaluation wants them. */
export function fileRows(file: MatrixFile) {
  return async function* () {
    for (let from = 0; from < file.rows; from += 4 * BLOCK_ROWS)
      yield { acts: await file.read(from, Math.min(file.rows, from + 4 * BLOCK_ROWS)) };
  };
}
