import type { Rng } from "@/lib/core/rng";
import type { Matrix } from "@/lib/tensor/matrix";

const ROUNDS = 24;

/**
 * Places of the rows along their first two principal components, [rows, 2], by subspace iteration on the centred rows.
 * Enough for a start of a layout; not meant to be exact to the last digit.
 */
export function principalPlaces(rows: Matrix, rng: Rng): Float32Array {
  const { data, cols } = rows;
  const mean = new Float64Array(cols);
  for (let i = 0; i < data.length; i++) mean[i % cols]! += (data[i] as number) / rows.rows;
  const axes = [0, 1].map(() => Float64Array.from({ length: cols }, () => rng.normal())) as [
    Float64Array,
    Float64Array,
  ];
  const project = (): Float32Array => {
    const out = new Float32Array(2 * rows.rows);
    for (let r = 0; r < rows.rows; r++) {
      let [a, b] = [0, 0];
      for (let c = 0; c < cols; c++) {
        const v = (data[r * cols + c] as number) - (mean[c] as number);
        a += v * (axes[0][c] as number);
        b += v * (axes[1][c] as number);
      }
      out[2 * r] = a;
      out[2 * r + 1] = b;
    }
    return out;
  };
  orthonormalise(axes);
  for (let round = 0; round < ROUNDS; round++) {
    const places = project();
    for (const axis of axes) axis.fill(0);
    for (let r = 0; r < rows.rows; r++) {
      const [a, b] = [places[2 * r] as number, places[2 * r + 1] as number];
      for (let c = 0; c < cols; c++) {
        const v = (data[r * cols + c] as number) - (mean[c] as number);
        axes[0][c]! += a * v;
        axes[1][c]! += b * v;
      }
    }
    orthonormalise(axes);
  }
  return project();
}

/** Gram-Schmidt on two vectors, in place. */
function orthonormalise([first, second]: [Float64Array, Float64Array]): void {
  const unit = (v: Float64Array) => {
    const norm = Math.hypot(...v) || 1;
    for (let i = 0; i < v.length; i++) v[i]! /= norm;
  };
  unit(first);
  let dot = 0;
  for (let i = 0; i < first.length; i++) dot += (first[i] as number) * (second[i] as number);
  for (let i = 0; i < second.length; i++) second[i]! -= dot * (first[i] as number);
  unit(second);
}
