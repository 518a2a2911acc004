/** A dense row-major float32 matrix: element (r, c) is `data[r * cols + c]`. */
export interface Matrix {
  data: Float32Array; // [rows, cols]
  rows: number;
  cols: number;
}

/** A zero matrix, or a matrix over `data` ([rows, cols], not copied). Throws RangeError when the length does not fit. */
export function matrix(rows: number, cols: number, data?: Float32Array): Matrix {
  const values = data ?? new Float32Array(rows * cols);
  if (values.length !== rows * cols) {
    throw new RangeError(`matrix: ${values.length} values cannot have shape [${rows},${cols}]`);
  }
  return { data: values, rows, cols };
}

/** View of row `r` ([cols]); shares memory with `m`. */
export function row(m: Matrix, r: number): Float32Array {
  return m.data.subarray(r * m.cols, (r + 1) * m.cols);
}

/** View of rows `from` (inclusive) to `to` (exclusive); shares memory with `m`. */
export function rowRange(m: Matrix, from: number, to: number): Matrix {
  return { data: m.data.subarray(from * m.cols, to * m.cols), rows: to - from, cols: m.cols };
}

/** Rows of `m` at `indices`, copied, in that order. */
export function gatherRows(m: Matrix, indices: ArrayLike<number>): Matrix {
  const out = matrix(indices.length, m.cols);
  for (let i = 0; i < indices.length; i++) out.data.set(row(m, indices[i] as number), i * m.cols);
  return out;
}

/** One matrix of all rows in order. All parts must have the same number of columns. */
export function concatRows(parts: readonly Matrix[]): Matrix {
  const cols = parts[0]?.cols ?? 0;
  const out = matrix(
    parts.reduce((sum, part) => sum + part.rows, 0),
    cols,
  );
  let at = 0;
  for (const part of parts) {
    assertCols(part, cols, "concatRows");
    out.data.set(part.data.subarray(0, part.rows * cols), at);
    at += part.rows * cols;
  }
  return out;
}

/** Throws RangeError naming both shapes when `m` does not have `cols` columns. */
export function assertCols(m: Matrix, cols: number, what: string): void {
  if (m.cols !== cols) throw new RangeError(`${what}: expected [*,${cols}], got [${m.rows},${m.cols}]`);
}
