import { expect } from "vitest";
import { createRng, type Rng } from "@/lib/core/rng";
import { floatTensor, openSession, type Session, type Tensor } from "@/lib/model/session";
import { GraphBuilder } from "@/lib/onnx/build";
import { encodeModel } from "@/lib/onnx/codec";
import { differentiate } from "@/lib/onnx/differentiate";
import { graphOf } from "@/lib/onnx/graph";
import type { ModelProto } from "@/lib/onnx/schema";

export type Feeds = Readonly<Record<string, Tensor>>;

/** What a graph says about the shapes of its inputs: the sizes, a name for each size, or nothing. */
export type Shapes = "sizes" | "names" | "nothing";

export interface GradientCase {
  /** Inputs; gradients are checked with respect to all float32 ones unless `wrt` names some. */
  feeds: Feeds;
  /** Adds nodes and constants; the tensor `y` is differentiated. */
  build: (graph: GraphBuilder) => GraphBuilder;
  wrt?: readonly string[];
  /** 18 when absent. */
  opset?: number;
  /** How much the graph says; all three kinds when absent. */
  shapes?: readonly Shapes[];
}

const STEP = 1 / 16;
/** Allowed error relative to the largest gradient, or to 1 when that is larger; float32 leaves up to half of it. */
const TOLERANCE = 1e-4;
/** Elements looked at in each tensor: enough to see any mistake, few enough to be quick. */
const MOST = 16;

/** Float tensor of normal deviates. */
export function normals(rng: Rng, dims: readonly number[]): Tensor {
  return filled(dims, () => rng.normal());
}

/** Float tensor of values in [lo, hi), and half of them negative when `signed`. */
export function between(rng: Rng, dims: readonly number[], lo: number, hi: number, signed = false): Tensor {
  return filled(dims, () => rng.range(lo, hi) * (signed && rng.chance(0.5) ? -1 : 1));
}

function filled(dims: readonly number[], value: () => number): Tensor {
  return floatTensor(Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, value), dims);
}

/** Slopes of sum(seed * y) along some elements of a tensor. */
interface Slopes {
  at: readonly number[];
  values: readonly number[];
}

/** Compares gradients of sum(seed * y), with a random seed, with central differences. */
export async function expectGradients(given: GradientCase): Promise<void> {
  const wrt = given.wrt ?? Object.keys(given.feeds).filter((name) => given.feeds[name]?.dtype === "float32");
  const forward = await openSession(encodeModel(modelOf(given, "sizes")), { threads: 1 });
  try {
    const { y } = await forward.run(given.feeds, ["y"]);
    const seed = normals(createRng(5, "seed"), y!.dims);
    const want = new Map<string, Slopes>();
    for (const name of wrt) want.set(name, await differences(forward, given.feeds, name, seed));
    for (const shapes of given.shapes ?? (["sizes", "names", "nothing"] as const)) {
      const got = await gradients(modelOf(given, shapes), { ...given.feeds, seed }, wrt);
      for (const name of wrt) {
        expect(got[name]?.dims, `shape of the gradient for ${name}, graph knows ${shapes}`).toEqual(
          given.feeds[name]?.dims,
        );
        const { at, values } = want.get(name) as Slopes;
        const error = relativeError(
          at.map((i) => got[name]?.data[i] as number),
          values,
        );
        expect(error, `gradient for ${name}, graph knows ${shapes}`).toBeLessThan(TOLERANCE);
      }
    }
  } finally {
    await forward.dispose();
  }
}

/** Gradients with respect to the tensors `wrt`, by their names; feeds must hold `seed`. */
export async function gradients(
  model: ModelProto,
  feeds: Feeds,
  wrt: readonly string[],
  of = "y",
): Promise<Record<string, Tensor>> {
  const request = { of, seed: "seed", wrt: wrt.map((tensor) => ({ tensor, as: `d ${tensor}` })) };
  const out = await run(differentiate(model, request), feeds);
  return Object.fromEntries(wrt.map((tensor) => [tensor, out[`d ${tensor}`] as Tensor]));
}

/** Loads a graph, runs it once and returns all its outputs. */
export async function run(model: ModelProto, feeds: Feeds): Promise<Record<string, Tensor>> {
  const session = await openSession(encodeModel(model), { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

/** The case's graph with outputs left to the runtime; com.microsoft operators may be used as `com.microsoft.Name`. */
export function modelOf({ feeds, build, opset = 18 }: GradientCase, shapes: Shapes): ModelProto {
  const builder = new GraphBuilder("case");
  for (const [name, { dtype, dims }] of Object.entries(feeds)) {
    builder.input(name, dtype, shapes === "names" ? dims.map((_, i) => `${name}.${i}`) : dims);
  }
  const model = build(builder).toModel();
  const graph = graphOf(model);
  graph.output.push({ name: "y" });
  for (const node of graph.node) {
    const [, domain, op] = /^(com\.microsoft)\.(\w+)$/.exec(node.opType ?? "") ?? [];
    if (domain) Object.assign(node, { domain, opType: op });
  }
  if (shapes === "nothing") for (const { type } of graph.input) if (type?.tensorType) type.tensorType.shape = undefined;
  return {
    ...model,
    opsetImport: [
      { domain: "", version: opset },
      { domain: "com.microsoft", version: 1 },
    ],
  };
}

/** Central differences with steps h and h / 2, extrapolated to 0. */
async function differences(session: Session, feeds: Feeds, name: string, seed: Tensor): Promise<Slopes> {
  const { data, dims } = feeds[name] as Tensor;
  const values = Float32Array.from(data as Float32Array);
  const objective = async () => {
    const { y } = await session.run({ ...feeds, [name]: floatTensor(values, dims) }, ["y"]);
    return (y!.data as Float32Array).reduce((sum, value, i) => sum + value * (seed.data[i] as number), 0);
  };
  const slope = async (i: number, step: number) => {
    const at = values[i] as number;
    values[i] = at + step;
    const up = await objective();
    values[i] = at - step;
    const down = await objective();
    values[i] = at;
    return (up - down) / (2 * step);
  };
  const at = createRng(6, name).sample(values.length, MOST);
  const slopes = [];
  for (const i of at) slopes.push((4 * (await slope(i, STEP / 2)) - (await slope(i, STEP))) / 3);
  return { at, values: slopes };
}

/** Largest difference over the largest value, or over 1 where all values are smaller. */
export function relativeError(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length);
  let [worst, scale] = [0, 1];
  for (let i = 0; i < want.length; i++) {
    const difference = Math.abs(got[i]! - want[i]!);
    // Not Math.max: NaN must count as the worst.
    if (!(difference <= worst)) worst = difference;
    scale = Math.max(scale, Math.abs(want[i]!));
  }
  return worst / scale;
}
