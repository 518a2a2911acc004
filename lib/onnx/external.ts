import { graphOf, tensorsOf } from "@/lib/onnx/graph";
import type { ModelProto, TensorProto } from "@/lib/onnx/schema";
import { isExternal, rawBytes } from "@/lib/onnx/tensor";
import { unreadable } from "@/lib/onnx/wire";

/** Where the values of an external tensor lie: bytes of a file beside the model. */
export interface Extent {
  tensor: string;
  location: string;
  offset: number;
  length: number;
}

/** Reads the bytes of an extent. */
export type ReadExternal = (extent: Extent) => Promise<Uint8Array>;

/**
 * Where the external tensors of a model lie. A location is a plain relative path, so a model cannot name files outside
 * its folder, and a length is what the shape needs.
 * @throws AppError MODEL_UNREADABLE for a tensor that says otherwise.
 */
export function externalExtents(model: ModelProto, label: string): Extent[] {
  return [...tensorsOf(graphOf(model))].filter(isExternal).map((tensor) => extentOf(tensor, label));
}

/** Pulls the values of those of the tensors that are external into them, in place. */
export async function inlineTensors(tensors: readonly TensorProto[], read: ReadExternal, label: string): Promise<void> {
  for (const tensor of tensors.filter(isExternal)) {
    tensor.rawData = await read(extentOf(tensor, label));
    tensor.externalData = [];
    tensor.dataLocation = undefined;
  }
}

function extentOf(tensor: TensorProto, label: string): Extent {
  const name = tensor.name ?? "";
  const entries = new Map(tensor.externalData.map((entry) => [entry.key, entry.value ?? ""]));
  const location = entries.get("location") ?? "";
  const offset = Number(entries.get("offset") ?? 0);
  const needed = rawBytes(tensor);
  if (needed === undefined) throw unreadable(label, `tensor "${name}" of type ${tensor.dataType} cannot be external`);
  const length = entries.has("length") ? Number(entries.get("length")) : needed;
  if (location === "" || /^[/\\]|^[a-z]:|(^|[/\\])\.\.([/\\]|$)|\0/i.test(location)) {
    throw unreadable(label, `tensor "${name}" lies in "${location}", which is not a file beside the model`);
  }
  const natural = (value: number) => Number.isSafeInteger(value) && value >= 0;
  if (!natural(offset) || !natural(length)) throw unreadable(label, `tensor "${name}" has no valid offset and length`);
  if (length !== needed) {
    throw unreadable(
      label,
      `tensor "${name}" has ${length} external bytes, and its shape [${tensor.dims}] needs ${needed}`,
    );
  }
  return { tensor: name, location, offset, length };
}

/** Where tensors begin in a side file: what ONNX's own tools write, and what can be mapped into memory. */
const ALIGN = 4096;

/**
 * Moves large values out of a model, for a file that protobuf cannot hold (2 GiB) or that should be mapped into memory.
 * @param location name of the side file, beside the model.
 * @param from smallest tensor that moves, in bytes.
 * @returns a model that refers to the side file, and what that file holds: bytes at offsets, in order, not copied.
 */
export function externalise(
  model: ModelProto,
  location: string,
  from = 1024,
): { model: ModelProto; parts: { offset: number; bytes: Uint8Array }[] } {
  const parts: { offset: number; bytes: Uint8Array }[] = [];
  let end = 0;
  const initializer = graphOf(model).initializer.map((tensor) => {
    const { rawData } = tensor;
    if (!rawData || rawData.length < from) return tensor;
    const offset = Math.ceil(end / ALIGN) * ALIGN;
    end = offset + rawData.length;
    parts.push({ offset, bytes: rawData });
    const place = { location, offset: `${offset}`, length: `${rawData.length}` };
    const externalData = Object.entries(place).map(([key, value]) => ({ key, value }));
    return { ...tensor, rawData: undefined, externalData, dataLocation: 1 };
  });
  return { model: { ...model, graph: { ...graphOf(model), initializer } }, parts };
}
