/** Fills `out` with the elements of a tensor's storage that start at element `from`, as float32. */
export type ReadElements = (out: Float32Array, from: number) => Promise<void>;

/**
 * A matrix whose values stay where they are, in a file or in memory, until they are asked for. Element (r, c) is element
 * offset + r rowStride + c colStride of its storage, times the factors of its row and column where there are any.
 */
export interface StoredMatrix {
  /** Of the tensor, for messages. */
  name: string;
  rows: number;
  cols: number;
  rowStride: number;
  colStride: number;
  offset: number;
  read: ReadElements;
  rowFactors?: Float64Array | undefined; // [rows]
  colFactors?: Float64Array | undefined; // [cols]
}

/** Elements that are held at a time beside the result: 64 MiB as float32. */
export const BLOCK = 2 ** 24;

/** Reads and writes under way at a time: enough to hide the latency of many short ones. */
const PARALLEL = 16;

/** A matrix of a storage in rows, one after the other. */
export function rowMajor(name: string, rows: number, cols: number, read: ReadElements): StoredMatrix {
  return { name, rows, cols, rowStride: cols, colStride: 1, offset: 0, read };
}

/** A matrix that is in memory: `values` [rows, cols], not copied. */
export function inMemory(name: string, values: Float32Array, rows: number, cols: number): StoredMatrix {
  if (values.length !== rows * cols) throw new RangeError(`${name}: ${values.length} values are not ${rows} x ${cols}`);
  return rowMajor(name, rows, cols, async (out, from) => {
    out.set(values.subarray(from, from + out.length));
  });
}

/** The same values with rows and columns exchanged; nothing is read or moved. */
export function transposed(m: StoredMatrix): StoredMatrix {
  return {
    ...m,
    rows: m.cols,
    cols: m.rows,
    rowStride: m.colStride,
    colStride: m.rowStride,
    rowFactors: m.colFactors,
    colFactors: m.rowFactors,
  };
}

/** Every row times its factor, [rows]; the product is taken in double precision and rounded once. */
export function scaledRows(m: StoredMatrix, factors: Float64Array | undefined): StoredMatrix {
  if (!factors) return m;
  const before = m.rowFactors;
  return { ...m, rowFactors: before ? factors.map((factor, r) => factor * before[r]!) : factors };
}

/** True where the neighbours of a column, not those of a row, lie side by side. */
export const runsDown = (m: StoredMatrix) => m.colStride > m.rowStride && m.rows > 1;

/**
 * Values of rows [r0, r1) and columns [c0, c1), row-major, in `out`. At most as much again is held beside it, in `scratch` if that is given:
 * fresh memory for every tile of a large matrix takes longer than the values.
 */
export async function readTile(
  m: StoredMatrix,
  out: Float32Array,
  [r0, r1]: readonly [number, number],
  [c0, c1]: readonly [number, number],
  scratch?: Float32Array,
): Promise<void> {
  const [height, width] = [r1 - r0, c1 - c0];
  if (height === 0 || width === 0) return;
  if (runsDown(m)) {
    const turned = scratch?.subarray(0, out.length) ?? new Float32Array(out.length);
    await readRuns(transposed(m), turned, [c0, c1], [r0, r1]);
    transposeInto(out, turned, width, height);
  } else await readRuns(m, out, [r0, r1], [c0, c1]);
  scaleTile(m, out, r0, c0, width);
}

/** A tile without factors, of a matrix that runs along its rows. */
async function readRuns(
  m: StoredMatrix,
  out: Float32Array,
  [r0, r1]: readonly [number, number],
  [c0, c1]: readonly [number, number],
): Promise<void> {
  const width = c1 - c0;
  const startOf = (r: number) => m.offset + r * m.rowStride + c0 * m.colStride;
  const dense = m.colStride === 1 || width === 1;
  if (dense && (r1 - r0 === 1 || (m.rowStride === m.cols && width === m.cols))) return m.read(out, startOf(r0));
  await inParallel(r1 - r0, async (i) => {
    const into = out.subarray(i * width, (i + 1) * width);
    if (dense) return m.read(into, startOf(r0 + i));
    for (let at = 0; at < width; at += GATHER) {
      const part = into.subarray(at, at + GATHER);
      const span = new Float32Array((part.length - 1) * m.colStride + 1);
      await m.read(span, startOf(r0 + i) + at * m.colStride);
      for (let j = 0; j < part.length; j++) part[j] = span[j * m.colStride]!;
    }
  });
}

/** Elements picked from one stretch of a storage in which they do not lie side by side. */
const GATHER = 4096;

function scaleTile(m: StoredMatrix, out: Float32Array, r0: number, c0: number, width: number): void {
  const { rowFactors, colFactors } = m;
  if (!rowFactors && !colFactors) return;
  for (let t = 0, r = r0; t < out.length; t += width, r++) {
    const factor = rowFactors?.[r] ?? 1;
    for (let j = 0; j < width; j++) out[t + j]! *= colFactors ? factor * colFactors[c0 + j]! : factor;
  }
}

/** All columns of some rows, row-major, and the first row's number. */
export interface RowBlock {
  from: number;
  data: Float32Array;
}

/** The matrix in blocks of rows of at most `most` values (one row at least). A block is good until the next one is asked for. */
export async function* rowBlocks(m: StoredMatrix, most = BLOCK): AsyncGenerator<RowBlock> {
  const step = Math.max(1, Math.min(m.rows, Math.floor(most / Math.max(1, m.cols))));
  const block = new Float32Array(step * m.cols);
  const scratch = runsDown(m) ? new Float32Array(block.length) : undefined;
  for (let from = 0; from < m.rows; from += step) {
    const to = Math.min(m.rows, from + step);
    const data = block.subarray(0, (to - from) * m.cols);
    await readTile(m, data, [from, to], [0, m.cols], scratch);
    yield { from, data };
  }
}

/** All values, row-major; a block is held beside the result, and the storage is read from front to back. */
export async function readAll(m: StoredMatrix): Promise<Float32Array> {
  const out = new Float32Array(m.rows * m.cols);
  if (runsDown(m)) {
    for await (const { from, data } of rowBlocks(transposed(m))) {
      transposeInto(out.subarray(from), data, data.length / m.rows, m.rows, m.cols);
    }
    return out;
  }
  const step = Math.max(1, Math.floor(BLOCK / Math.max(1, m.cols)));
  for (let from = 0; from < m.rows; from += step) {
    const to = Math.min(m.rows, from + step);
    await readTile(m, out.subarray(from * m.cols, to * m.cols), [from, to], [0, m.cols]);
  }
  return out;
}

/** `out`[c * stride + r] = values[r, c]; in squares, so that both sides stay in the cache. */
export function transposeInto(
  out: Float32Array,
  values: Float32Array,
  rows: number,
  cols: number,
  stride = rows,
): void {
  const SIDE = 32;
  for (let r0 = 0; r0 < rows; r0 += SIDE) {
    const r1 = Math.min(rows, r0 + SIDE);
    for (let c0 = 0; c0 < cols; c0 += SIDE) {
      const c1 = Math.min(cols, c0 + SIDE);
      for (let c = c0; c < c1; c++) for (let r = r0; r < r1; r++) out[c * stride + r] = values[r * cols + c]!;
    }
  }
}

/** Calls `task` for 0 to count - 1, a few at a time; the first failure ends it. */
export async function inParallel(count: number, task: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) await task(next++);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, count) }, lane));
}
