import { AppError } from "@/lib/core/errors";
import { rowBlocks, runsDown, type StoredMatrix, transposed } from "@/lib/formats/stored-matrix";
import { checkFinite, nonFinite } from "@/lib/sae/validate";

/**
 * Of every row the sum of squares and, with `along` [cols], the product with it; in double precision, block by block in the order of the
 * file. @throws AppError SAE_UNREADABLE with the number of values that are not finite and the first one's place in the file
 */
export async function rowSums(
  m: StoredMatrix,
  along?: Float32Array,
): Promise<{ squares: Float64Array; dots?: Float64Array }> {
  const squares = new Float64Array(m.rows);
  const dots = along ? new Float64Array(m.rows) : undefined;
  if (runsDown(m)) {
    for await (const { from, data } of rowBlocks(transposed(m))) {
      for (let t = 0; t < data.length; t += m.rows) {
        const factor = along?.[from + t / m.rows] ?? 0;
        for (let r = 0; r < m.rows; r++) {
          const value = data[t + r]!;
          squares[r]! += value * value;
          if (dots) dots[r]! += value * factor;
        }
      }
    }
  } else {
    for await (const { from, data } of rowBlocks(m)) {
      for (let t = 0, r = from; t < data.length; t += m.cols, r++) {
        let [square, dot] = [0, 0];
        for (let j = 0; j < m.cols; j++) square += data[t + j]! * data[t + j]!;
        if (along) for (let j = 0; j < m.cols; j++) dot += data[t + j]! * along[j]!;
        squares[r] = square;
        if (dots) dots[r] = dot;
      }
    }
  }
  // A sum of squares of finite float32 values is finite.
  if (!squares.every(Number.isFinite)) await refuseNonFinite(m);
  return dots ? { squares, dots } : { squares };
}

async function refuseNonFinite(m: StoredMatrix): Promise<never> {
  const asStored = runsDown(m) ? transposed(m) : m;
  const found = { nan: 0, infinite: 0, first: -1 };
  for await (const { from, data } of rowBlocks(asStored)) nonFinite(data, found, from * asStored.cols);
  checkFinite(m.name, found);
  throw new AppError("SAE_UNREADABLE", `${m.name}: values are not finite`);
}
