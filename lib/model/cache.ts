import type { Tensor } from "@/lib/model/session";
import type { ModelProto } from "@/lib/onnx/schema";
import { DATA_TYPE } from "@/lib/onnx/tensor";

/** Name, KV heads and head width of one past_key_values input. */
export interface CacheSlot {
  past: string;
  present: string;
  heads: number;
  width: number;
  half: boolean;
}

/** The cache inputs of a decoder, with the outputs that continue them. */
export function cacheSlots(model: ModelProto): CacheSlot[] {
  return (model.graph?.input ?? []).flatMap(({ name = "", type }) => {
    if (!name.startsWith("past_key_values.")) return [];
    const dims = type?.tensorType?.shape?.dim ?? [];
    return [
      {
        past: name,
        present: name.replace("past_key_values.", "present."),
        heads: dims[1]?.dimValue ?? 1,
        width: dims[3]?.dimValue ?? 1,
        half: type?.tensorType?.elemType === DATA_TYPE.float16,
      },
    ];
  });
}

/** Keys and values of `rows` sequences of `length` tokens, by past input name: [rows, heads, length, width] each. */
export interface Cache {
  rows: number;
  length: number;
  tensors: Record<string, Tensor>;
}

export function emptyCache(slots: readonly CacheSlot[], rows: number): Cache {
  const tensors: Record<string, Tensor> = {};
  for (const { past, heads, width, half } of slots) {
    const dims = [rows, heads, 0, width];
    tensors[past] = half
      ? { dtype: "float16", data: new Uint16Array(0), dims }
      : { dtype: "float32", data: new Float32Array(0), dims };
  }
  return { rows, length: 0, tensors };
}

/** The cache that a run returned. */
export function cacheFrom(slots: readonly CacheSlot[], outputs: Record<string, Tensor>): Cache {
  const tensors: Record<string, Tensor> = {};
  for (const { past, present } of slots) tensors[past] = outputs[present] as Tensor;
  const dims = tensors[slots[0]?.past ?? ""]?.dims ?? [0, 0, 0, 0];
  return { rows: dims[0] as number, length: dims[2] as number, tensors };
}

/** A cache made of chosen rows, in that order; a row may be chosen often (one image, many questions). */
export function selectRows(cache: Cache, rows: readonly number[]): Cache {
  const tensors: Record<string, Tensor> = {};
  for (const [name, tensor] of Object.entries(cache.tensors)) {
    const data = tensor.data as Float32Array | Uint16Array;
    const size = data.length / Math.max(1, cache.rows);
    const out =
      data instanceof Float32Array ? new Float32Array(rows.length * size) : new Uint16Array(rows.length * size);
    rows.forEach((row, i) => {
      out.set(data.subarray(row * size, (row + 1) * size), i * size);
    });
    tensors[name] = { ...tensor, data: out, dims: [rows.length, ...tensor.dims.slice(1)] };
  }
  return { rows: rows.length, length: cache.length, tensors };
}
