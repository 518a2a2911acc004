import { openSession, type Tensor } from "@/lib/model/session";
import { GraphBuilder } from "@/lib/onnx/build";
import type { Matrix } from "@/lib/tensor/matrix";

/** For each row of `a`, the columns of a b^T with the largest and the smallest values, [rows, k] each. */
export interface StrongestProducts {
  k: number;
  up: { index: Int32Array; value: Float32Array }; // descending
  down: { index: Int32Array; value: Float32Array }; // ascending
}

const ONNX_INT32 = 6; // TensorProto.DataType.INT32
/** Products held at once. */
const CELLS_PER_RUN = 2 ** 24;

function graph(): Uint8Array {
  const top = (largest: number, name: string) =>
    [["TopK", ["p", "k"], [`${name}Value`, `${name}Index64`], { axis: -1, largest, sorted: 1 }]] as const;
  const builder = new GraphBuilder("strongest_products")
    .input("a", "float32", ["rows", "d"])
    .input("b", "float32", ["m", "d"])
    .input("k", "int64", [1])
    .node("Gemm", ["a", "b"], ["p"], { transB: 1 });
  for (const [op, inputs, outputs, attributes] of [...top(1, "up"), ...top(0, "down")]) {
    builder.node(op, [...inputs], [...outputs], { ...attributes });
  }
  return builder
    .node("Cast", ["upIndex64"], ["upIndex"], { to: ONNX_INT32 })
    .node("Cast", ["downIndex64"], ["downIndex"], { to: ONNX_INT32 })
    .output("upValue", "float32", ["rows", "k"])
    .output("upIndex", "int32", ["rows", "k"])
    .output("downValue", "float32", ["rows", "k"])
    .output("downIndex", "int32", ["rows", "k"])
    .toBytes();
}

/**
 * Strongest products of the rows of two matrices of equal width: a [rows, d], b [m, d]. Never holds rows x m values.
 * @param k wanted per row, clipped to m
 */
export async function strongestProducts(a: Matrix, b: Matrix, k: number): Promise<StrongestProducts> {
  if (a.cols !== b.cols) throw new RangeError(`strongestProducts: [${a.rows},${a.cols}] and [${b.rows},${b.cols}]`);
  const kept = Math.min(k, b.rows);
  const make = () => ({ index: new Int32Array(a.rows * kept), value: new Float32Array(a.rows * kept) });
  const out = { k: kept, up: make(), down: make() };
  if (kept === 0 || a.rows === 0) return out;
  const session = await openSession(graph());
  try {
    const count: Tensor = { dtype: "int64", dims: [1], data: BigInt64Array.of(BigInt(kept)) };
    const right: Tensor = { dtype: "float32", dims: [b.rows, b.cols], data: b.data };
    const step = Math.max(1, Math.floor(CELLS_PER_RUN / b.rows));
    for (let from = 0; from < a.rows; from += step) {
      const rows = Math.min(step, a.rows - from);
      const data = a.data.subarray(from * a.cols, (from + rows) * a.cols);
      const result = await session.run({ a: { dtype: "float32", dims: [rows, a.cols], data }, b: right, k: count });
      for (const side of ["up", "down"] as const) {
        out[side].index.set((result[`${side}Index`] as Tensor).data as Int32Array, from * kept);
        out[side].value.set((result[`${side}Value`] as Tensor).data as Float32Array, from * kept);
      }
    }
  } finally {
    await session.dispose();
  }
  return out;
}
