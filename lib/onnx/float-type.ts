import { type GraphView, graphOf, intAttribute, viewGraph } from "@/lib/onnx/graph";
import type { ModelProto } from "@/lib/onnx/schema";
import { DATA_TYPE } from "@/lib/onnx/tensor";

const FLOATS: ReadonlySet<number> = new Set([
  DATA_TYPE.float32,
  DATA_TYPE.float16,
  DATA_TYPE.bfloat16,
  DATA_TYPE.float64,
]);

/**
 * DATA_TYPE number of a floating-point tensor, also where the export says nothing: what the nearest cast, weight or graph
 * input before it has. Nodes compute in one floating-point type, so the first one found is the right one.
 */
export function floatTypeOf(model: ModelProto, tensor: string): number {
  const view = viewGraph(graphOf(model));
  return search(view, tensor, declaredTypes(model), new Set()) ?? DATA_TYPE.float32;
}

function declaredTypes(model: ModelProto): Map<string, number> {
  const { input, output, valueInfo, initializer } = graphOf(model);
  const types = new Map<string, number>();
  for (const { name = "", type } of [...input, ...output, ...valueInfo]) {
    if (type?.tensorType?.elemType) types.set(name, type.tensorType.elemType);
  }
  for (const { name = "", dataType } of initializer) if (dataType) types.set(name, dataType);
  return types;
}

function search(
  view: GraphView,
  name: string,
  types: ReadonlyMap<string, number>,
  seen: Set<string>,
): number | undefined {
  const declared = types.get(name);
  if (declared !== undefined) return FLOATS.has(declared) ? declared : undefined;
  const node = view.producer.get(name);
  if (!node || seen.has(name)) return undefined;
  seen.add(name);
  if (node.opType === "Cast") {
    const to = intAttribute(node, "to", 0);
    return FLOATS.has(to) ? to : undefined;
  }
  // Weights first: they end the search at once.
  const inputs = [...node.input].sort((a, b) => Number(view.producer.has(a)) - Number(view.producer.has(b)));
  for (const input of inputs) {
    const found = search(view, input, types, seen);
    if (found !== undefined) return found;
  }
  return undefined;
}
