import type { ModelProto, TensorProto } from "@/lib/onnx/schema";
import { isExternal } from "@/lib/onnx/tensor";
import { unreadable } from "@/lib/onnx/wire";

/** Reads `length` bytes (to the end when undefined) at `offset` of the side file `location`. */
export type ReadExternal = (location: string, offset: number, length: number | undefined) => Promise<Uint8Array>;

/**
 * Pulls the values of external initialisers into the model, in place. Prune first: only what is left is read.
 * `location` is checked to be a plain relative path, so a model cannot name files outside its folder.
 */
export async function inlineExternal(model: ModelProto, read: ReadExternal, label: string): Promise<void> {
  for (const tensor of model.graph?.initializer ?? []) {
    if (isExternal(tensor)) await inline(tensor, read, label);
  }
}

/** Side files that the initialisers name, without duplicates. */
export function externalLocations(model: ModelProto, label: string): string[] {
  const tensors = (model.graph?.initializer ?? []).filter(isExternal);
  return [...new Set(tensors.map((tensor) => place(tensor, label).location))];
}

async function inline(tensor: TensorProto, read: ReadExternal, label: string): Promise<void> {
  const { location, offset, length } = place(tensor, label);
  tensor.rawData = await read(location, offset, length);
  tensor.externalData = [];
  tensor.dataLocation = undefined;
}

function place(tensor: TensorProto, label: string) {
  const entries = new Map(tensor.externalData.map((entry) => [entry.key, entry.value ?? ""]));
  const location = entries.get("location") ?? "";
  const offset = Number(entries.get("offset") ?? 0);
  const length = entries.has("length") ? Number(entries.get("length")) : undefined;
  if (location === "" || /^[/\\]|^[a-z]:|(^|[/\\])\.\.([/\\]|$)|\0/i.test(location)) {
    throw unreadable(label, `tensor "${tensor.name}" lies in "${location}", which is not a file beside the model`);
  }
  if (
    !Number.isSafeInteger(offset) ||
    offset < 0 ||
    (length !== undefined && !(Number.isSafeInteger(length) && length >= 0))
  ) {
    throw unreadable(label, `tensor "${tensor.name}" has no valid offset and length`);
  }
  return { location, offset, length };
}
