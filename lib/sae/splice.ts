import { GraphBuilder } from "@/lib/onnx/build";
import type { ModelProto } from "@/lib/onnx/schema";
import { SITE_IN, SITE_OUT, splice } from "@/lib/onnx/splice";
import type { Sae } from "@/lib/sae/sae";

/** Outputs that a spliced SAE adds: values (z >= 0, largest first) and latents of the active features, [.., places]. */
export const SAE_VALUE = "sae_value";
export const SAE_INDEX = "sae_index";

/**
 * Puts an SAE in the way of a tensor [.., tokens, d]: everything behind it reads the reconstruction c + z D instead, without
 * the error, and the codes become outputs (k places; 4 k with thresholds, where a row may have more, which are then only in
 * the reconstruction). What the model then says is what the SAE can explain of it.
 * @throws AppError INVALID_INPUT when no node makes the tensor, or an SAE was spliced before.
 * @throws RangeError when a threshold is needed that was never set.
 */
export function spliceSae(model: ModelProto, tensor: string, sae: Sae): ModelProto {
  const { n, d, k, theta, thresholds } = sae;
  const rows = ["batch", "tokens"];
  const byThreshold = sae.activation === "jumprelu";
  const places = Math.min(n, byThreshold ? 4 * Math.max(1, k) : k);
  const body = new GraphBuilder("sae")
    .input(SITE_IN, "float32", [...rows, d])
    .init("W", [n, d], sae.W)
    .init("beta", [n], sae.beta)
    .init("D", [n, d], sae.D)
    .init("c", [d], sae.c)
    .init("k", [1], BigInt64Array.of(BigInt(places)))
    .init("zero", [], Float32Array.of(0));
  const input = sae.input === "layer_norm" ? standardise(body, d) : SITE_IN;
  body
    .node("Sub", [input, "c"], ["centred"])
    .node("Transpose", ["W"], ["encoder"], { perm: [1, 0] })
    .node("MatMul", ["centred", "encoder"], ["read"])
    .node("Add", ["read", "beta"], ["pre"]);
  if (byThreshold) {
    if (!thresholds && !(theta >= 0)) throw new RangeError("threshold is -1 (never set): calibrate before use");
    body
      .init("theta", thresholds ? [n] : [1], thresholds ?? Float32Array.of(theta))
      .node("Greater", ["pre", "theta"], ["above"])
      .node("Where", ["above", "pre", "zero"], ["codes"])
      .node("TopK", ["codes", "k"], [SAE_VALUE, SAE_INDEX], { axis: -1, largest: 1, sorted: 1 });
  } else {
    body
      .node("TopK", ["pre", "k"], ["kept", SAE_INDEX], { axis: -1, largest: 1, sorted: 1 })
      .node("Relu", ["kept"], [SAE_VALUE])
      .node("Mul", ["pre", "zero"], ["blank"])
      .node("ScatterElements", ["blank", SAE_INDEX, SAE_VALUE], ["codes"], { axis: -1 });
  }
  body.node("MatMul", ["codes", "D"], ["decoded"]);
  if (sae.input === "layer_norm") {
    body
      .node("Add", ["decoded", "c"], ["standard"])
      .node("Mul", ["standard", "deviation"], ["scaled"])
      .node("Add", ["scaled", "mean"], [SITE_OUT]);
  } else body.node("Add", ["decoded", "c"], [SITE_OUT]);
  body
    .output(SITE_OUT, "float32", [...rows, d])
    .output(SAE_VALUE, "float32", [...rows, "k"])
    .output(SAE_INDEX, "int64", [...rows, "k"]);
  return splice(model, tensor, body.toModel());
}

/** Rows minus `mean` over `deviation` (of d - 1, plus 1e-5), as OpenAI's TopK takes them. Returns the tensor's name. */
function standardise(body: GraphBuilder, d: number): string {
  body
    .init("lastAxis", [1], BigInt64Array.of(-1n))
    .init("others", [], Float32Array.of(Math.max(1, d - 1)))
    .init("floor", [], Float32Array.of(1e-5))
    .node("ReduceMean", [SITE_IN, "lastAxis"], ["mean"], { keepdims: 1 })
    .node("Sub", [SITE_IN, "mean"], ["spread"])
    .node("ReduceSumSquare", ["spread", "lastAxis"], ["squares"], { keepdims: 1 })
    .node("Div", ["squares", "others"], ["variance"])
    .node("Sqrt", ["variance"], ["root"])
    .node("Add", ["root", "floor"], ["deviation"])
    .node("Div", ["spread", "deviation"], ["normal"]);
  return "normal";
}
