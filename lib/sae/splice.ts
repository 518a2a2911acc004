import { GraphBuilder } from "@/lib/onnx/build";
import type { ModelProto } from "@/lib/onnx/schema";
import { SITE_IN, SITE_OUT, splice } from "@/lib/onnx/splice";
import type { Sae } from "@/lib/sae/sae";

/** Outputs that a spliced SAE adds: values (z >= 0, largest first) and latents of the active features, [.., k]. */
export const SAE_VALUE = "sae_value";
export const SAE_INDEX = "sae_index";

/**
 * Puts an SAE in the way of a tensor [.., tokens, d]: everything behind it reads the reconstruction c + z D instead, without
 * the error, and the codes become outputs. What the model then says is what the SAE can explain of it.
 * @throws AppError INVALID_INPUT when no node makes the tensor, or an SAE was spliced before.
 */
export function spliceSae(model: ModelProto, tensor: string, sae: Sae): ModelProto {
  const { n, d, k } = sae;
  const rows = ["batch", "tokens"];
  const body = new GraphBuilder("sae")
    .input(SITE_IN, "float32", [...rows, d])
    .init("W", [n, d], sae.W)
    .init("beta", [n], sae.beta)
    .init("D", [n, d], sae.D)
    .init("c", [d], sae.c)
    .init("k", [1], BigInt64Array.of(BigInt(Math.min(k, n))))
    .init("zero", [], Float32Array.of(0))
    .node("Sub", [SITE_IN, "c"], ["centred"])
    .node("Transpose", ["W"], ["encoder"], { perm: [1, 0] })
    .node("MatMul", ["centred", "encoder"], ["read"])
    .node("Add", ["read", "beta"], ["pre"])
    .node("TopK", ["pre", "k"], ["kept", SAE_INDEX], { axis: -1, largest: 1, sorted: 1 })
    .node("Relu", ["kept"], [SAE_VALUE])
    .node("Mul", ["pre", "zero"], ["blank"])
    .node("ScatterElements", ["blank", SAE_INDEX, SAE_VALUE], ["codes"], { axis: -1 })
    .node("MatMul", ["codes", "D"], ["decoded"])
    .node("Add", ["decoded", "c"], [SITE_OUT])
    .output(SITE_OUT, "float32", [...rows, d])
    .output(SAE_VALUE, "float32", [...rows, "k"])
    .output(SAE_INDEX, "int64", [...rows, "k"])
    .toModel();
  return splice(model, tensor, body);
}
