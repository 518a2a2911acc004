import { AppError } from "@/lib/core/errors";
import { floatOutput, valueInfo } from "@/lib/onnx/build";
import { operatorName } from "@/lib/onnx/fact";
import { counts, type Flow, flowBetween } from "@/lib/onnx/flow";
import { Emitter } from "@/lib/onnx/gradients/emitter";
import { RULES } from "@/lib/onnx/gradients/rules";
import { noGradient, Step } from "@/lib/onnx/gradients/step";
import { editable, graphOf } from "@/lib/onnx/graph";
import { Facts } from "@/lib/onnx/infer";
import type { GraphProto, ModelProto, NodeProto } from "@/lib/onnx/schema";
import { prune } from "@/lib/onnx/tap";
import { DATA_TYPE } from "@/lib/onnx/tensor";

export interface GradientRequest {
  /** The tensor that is differentiated: any that a node makes, a graph output or not. */
  of: string;
  /** Name of the new input that weighs the elements of `of`. */
  seed: string;
  /** Tensors to differentiate with respect to, and the names of the outputs that get their gradients. */
  wrt: readonly { tensor: string; as: string }[];
}

/** What the rules write needs at least this; graphs of older exports have other forms of many operators. */
const OLDEST_OPSET = 11;

/**
 * Reverse-mode differentiation: a new model that also computes gradients. It has the outputs of `model` and `of`, one
 * more input `seed` (float32, shape of `of`), and for each entry of `wrt` a float32 output, shaped as that tensor:
 *
 *     d sum(seed * of) / d tensor
 *
 * counting every way from the tensor to `of`, also those through other entries. Outputs that nobody wants cost time:
 * drop them with `keepOutputs`. Weights are shared, not copied. In a float16 model gradients are float16 inside, so
 * choose a seed that keeps them in its range.
 * @throws AppError INVALID_INPUT for tensors that are missing or do not lead to `of`, MODEL_UNREADABLE for an operator
 *   without a rule on the way.
 */
export function differentiate(model: ModelProto, request: GradientRequest): ModelProto {
  const { of, seed, wrt } = request;
  const edited = editable(model);
  const graph = graphOf(edited);
  checkNames(graph, request);
  const facts = new Facts(model);
  const flow = flowBetween(
    model,
    facts,
    wrt.map(({ tensor }) => tensor),
    of,
  );
  for (const { tensor } of wrt) {
    if (!flow.tensors.has(tensor)) {
      throw invalid(`Nothing of "${tensor}" reaches "${of}": choose a tensor that "${of}" is computed from.`);
    }
  }

  const { dims } = facts.of(of);
  facts.set(seed, { type: DATA_TYPE.float32, dims });
  graph.input.push(dims ? valueInfo(seed, "float32", dims) : floatOutput(seed));
  const emitter = new Emitter(facts, opsetOf(model), freePrefix(graph));
  const gradients = new Gradients(emitter);
  gradients.add(of, emitter.castLike(seed, of));
  for (const node of flow.nodes.toReversed()) stepBack(node, flow, emitter, gradients);

  if (!graph.output.some((value) => value.name === of)) {
    graph.output.push({ name: of, type: { tensorType: { elemType: facts.of(of).type } } });
  }
  for (const { tensor, as } of wrt) graph.output.push(emitter.output(gradients.of(tensor) as string, as));
  graph.node.push(...emitter.nodes);
  graph.initializer.push(...emitter.initializers);
  prune(edited);
  return edited;
}

/** Operators without a rule between a tensor and `of`, in the graph's order; none when gradients can be had, or no way leads there. */
export function undifferentiable(model: ModelProto, from: string, of: string): { op: string; node: string }[] {
  return flowBetween(model, new Facts(model), [from], of)
    .nodes.map((node) => ({ op: operatorName(node), node: node.name || (node.output[0] ?? "") }))
    .filter(({ op }) => !RULES.has(op));
}

/** Gradients that have arrived at tensors. */
class Gradients {
  private readonly arrived = new Map<string, string>();

  constructor(private readonly emitter: Emitter) {}

  add(tensor: string, gradient: string): void {
    const before = this.arrived.get(tensor);
    this.arrived.set(tensor, before ? this.emitter.add(before, gradient) : gradient);
  }

  of(tensor: string): string | undefined {
    return this.arrived.get(tensor);
  }
}

/** Passes the gradients of a node's outputs, which have all arrived, on to its inputs. */
function stepBack(node: NodeProto, flow: Flow, emitter: Emitter, gradients: Gradients): void {
  const rule = RULES.get(operatorName(node));
  if (!rule) throw noGradient(node);
  const emitters = rule(
    new Step(
      node,
      emitter,
      node.output.map((name) => gradients.of(name)),
    ),
  );
  node.input.forEach((name, i) => {
    if (!flow.tensors.has(name) || !counts(node, i)) return;
    const emit = emitters[i];
    if (!emit) throw noGradient(node, `through its input ${i}`);
    gradients.add(name, emit());
  });
}

function checkNames(graph: GraphProto, { of, seed, wrt }: GradientRequest): void {
  const made = new Set(graph.node.flatMap((node) => node.output));
  const names = new Set([...made, ...[...graph.initializer, ...graph.input].map(({ name = "" }) => name)]);
  if (!made.has(of)) throw missing(of);
  for (const { tensor } of wrt) if (!names.has(tensor)) throw missing(tensor);
  for (const name of [seed, ...wrt.map(({ as }) => as)]) {
    if (names.has(name)) throw invalid(`The graph has a tensor "${name}" already: choose another name.`);
    names.add(name);
  }
}

const invalid = (message: string) => new AppError("INVALID_INPUT", message);
const missing = (tensor: string) => invalid(`The graph has no tensor "${tensor}": choose one of its own.`);

function opsetOf(model: ModelProto): number {
  const { version = 0 } = model.opsetImport.find(({ domain = "" }) => domain === "" || domain === "ai.onnx") ?? {};
  if (version >= OLDEST_OPSET) return version;
  throw new AppError(
    "MODEL_UNREADABLE",
    `Gradients need operator set ${OLDEST_OPSET} or later and the model has ${version}: export it again. Tap and steer still work.`,
  );
}

/** A prefix that no name in the graph has, so that a differentiated graph can be differentiated again. */
function freePrefix(graph: GraphProto): string {
  const names = graph.node.flatMap((node) => node.output);
  for (let i = 0; ; i++) {
    const prefix = `fovea/gradient${i || ""}`;
    if (!names.some((name) => name.startsWith(`${prefix}/`))) return prefix;
  }
}
