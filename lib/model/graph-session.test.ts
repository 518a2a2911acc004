import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { hashModel } from "@/lib/model/files";
import { openGraph } from "@/lib/model/graph-session";
import { floatTensor, openSession } from "@/lib/model/session";
import { inlineWeights } from "@/lib/model/weights";
import { GraphBuilder, makeNode } from "@/lib/onnx/build";
import { encodeModel } from "@/lib/onnx/codec";
import { graphOf } from "@/lib/onnx/graph";
import type { Attribute, ModelProto, TensorProto } from "@/lib/onnx/schema";
import { DATA_TYPE, tensorOf } from "@/lib/onnx/tensor";

const home = mkdtempSync(join(tmpdir(), "fovea-graph-test-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const path = join(home, "model.onnx");
const COUNT = 1024;
const values = (from: number) => Float32Array.from({ length: COUNT }, (_, i) => from + i);
const write = (name: string, data: Float32Array) => writeFileSync(join(home, name), new Uint8Array(data.buffer));
mkdirSync(join(home, "deep"));
write("model.onnx_data", values(0));
write("model.onnx_data_1", values(10_000));
write("deep/side", values(20_000));

/** A tensor [COUNT] in a side file, unless `more` says otherwise. */
function outside(name: string, location: string, more: Partial<TensorProto> = {}): TensorProto {
  const place = { location, offset: "0", length: `${COUNT * 4}` };
  const externalData = Object.entries(place).map(([key, value]) => ({ key, value }));
  return { ...tensorOf(name, [COUNT], values(0)), rawData: undefined, externalData, dataLocation: 1, ...more };
}

/** y = x * (the sum of some tensors). */
function sumModel(tensors: readonly TensorProto[]): ModelProto {
  const builder = new GraphBuilder("sum").input("x", "float32", [1]);
  builder
    .node(
      "Sum",
      tensors.map(({ name = "" }) => name),
      ["sum"],
    )
    .node("Mul", ["sum", "x"], ["y"]);
  const model = builder.output("y", "float32", [COUNT]).toModel();
  graphOf(model).initializer.push(...tensors);
  return model;
}

const attribute = (name: string, value: Partial<Attribute>): Attribute => ({
  ...{ name, floats: [], ints: [], strings: [], tensors: [], graphs: [] },
  ...value,
});

/** y = x * a tensor that is not among the graph's initialisers: the value of a Constant, or inside both branches of an If. */
const nested = {
  constant(tensor: TensorProto): ModelProto {
    const model = new GraphBuilder("constant").input("x", "float32", [1]).output("y", "float32", [COUNT]).toModel();
    const constant = makeNode("Constant", [], ["w"]);
    constant.attribute.push(attribute("value", { type: 4, t: tensor }));
    graphOf(model).node.push(constant, makeNode("Mul", ["w", "x"], ["y"]));
    return model;
  },
  branch(tensor: TensorProto): ModelProto {
    const model = new GraphBuilder("if").input("x", "float32", [1]).output("y", "float32", [COUNT]).toModel();
    const yes = { ...tensorOf("yes", [], Uint8Array.of(1)), dataType: DATA_TYPE.bool };
    const body = graphOf(
      new GraphBuilder("body").node("Mul", ["w", "x"], ["z"]).output("z", "float32", ["n"]).toModel(),
    );
    body.initializer.push(tensor);
    const choose = makeNode("If", ["yes"], ["y"]);
    for (const name of ["then_branch", "else_branch"]) choose.attribute.push(attribute(name, { type: 5, g: body }));
    graphOf(model).node.push(choose);
    graphOf(model).initializer.push(yes);
    return model;
  },
};

/** The last value of y for x = 1. */
async function lastOf(model: ModelProto, options: { inlineLimit?: number } = {}): Promise<number> {
  const session = await openGraph(model, path, { threads: 1, ...options });
  const { y } = await session.run({ x: floatTensor(Float32Array.of(1), [1]) });
  await session.dispose();
  return y!.data.at(-1) as number;
}

const SIDES = ["model.onnx_data", "model.onnx_data_1", "deep/side"];

describe("a graph with weights in several side files and in itself", () => {
  const tensors = [...SIDES.map((location, i) => outside(`t${i}`, location)), tensorOf("inline", [COUNT], values(0.5))];
  const want = 30_000 + 4 * (COUNT - 1) + 0.5;

  it("reads all of them where they are", async () => {
    expect(await lastOf(sumModel(tensors))).toBe(want);
  });

  it("goes through files that are gone afterwards when its own weights are more than protobuf holds", async () => {
    const left = () => readdirSync(tmpdir()).filter((name) => /^fovea-graph-.{6}$/.test(name));
    const before = left();
    expect(await lastOf(sumModel(tensors), { inlineLimit: 4096 })).toBe(want);
    expect(await lastOf(sumModel(tensors.slice(3)), { inlineLimit: 4096 })).toBe(COUNT - 0.5);
    expect(left()).toEqual(before);
    expect(SIDES.map((name) => statSync(join(home, name)).size)).toEqual(SIDES.map(() => COUNT * 4));
  });
});

describe("values inside nodes and branches", () => {
  it.each(Object.entries(nested))("of a %s are found beside the model, and checked like others", async (_, make) => {
    expect(await lastOf(make(outside("w", "deep/side")))).toBe(20_000 + COUNT - 1);
    await expect(lastOf(make(outside("w", "../model.onnx_data")))).rejects.toThrow(/not a file beside the model/);
    await expect(lastOf(make(outside("w", "gone")))).rejects.toThrow(/gone is missing/);
    await expect(lastOf(make(outside("w", "deep")))).rejects.toThrow(/deep is missing/);
    const long = outside("w", "deep/side", { dims: [2 * COUNT] });
    long.externalData = long.externalData.filter(({ key }) => key !== "length");
    await expect(lastOf(make(long))).rejects.toThrow(/has 4096 bytes, too few/);
  });
});

it("values of 4 bits need half a byte each, and words cannot lie beside a model", async () => {
  const packed = (dims: number[], dataType: number) => {
    const model = sumModel([
      outside("w", "deep/side", { dims, dataType, externalData: [{ key: "location", value: "deep/side" }] }),
    ]);
    return openGraph(model, path, { threads: 1 });
  };
  await expect(packed([8193], DATA_TYPE.uint4)).rejects.toThrow(/has 4096 bytes, too few/);
  await expect(packed([8192], DATA_TYPE.uint4)).rejects.toThrow(/ONNX Runtime cannot load/);
  await expect(packed([1], DATA_TYPE.string)).rejects.toThrow(/type 8 cannot be external/);
});

it("a shape that announces terabytes takes no memory when its file is short", async () => {
  const huge = outside("w", "deep/side", {
    dims: [1_000_000, 1_000_000],
    externalData: [{ key: "location", value: "deep/side" }],
  });
  await expect(inlineWeights([huge], path)).rejects.toThrow(/has 4096 bytes, too few/);
});

it("memory that the runtime does not get is named as such", async () => {
  const builder = new GraphBuilder("expand").input("x", "float32", [1]).input("shape", "int64", [1]);
  const model = builder.node("Expand", ["x", "shape"], ["y"]).output("y", "float32", ["n"]).toModel();
  const session = await openSession(encodeModel(model), { threads: 1 });
  // More than a process can address.
  const shape = { dtype: "int64", dims: [1], data: BigInt64Array.of(2n ** 48n) } as const;
  const run = session.run({ x: floatTensor(Float32Array.of(1), [1]), shape });
  await expect(run).rejects.toMatchObject({
    code: "NO_MEMORY",
    message: expect.stringMatching(/memory does not suffice/),
  });
  await session.dispose();
});

it("a model's hash changes with any of its side files, in folders of their own too", async () => {
  const folder = join(home, "hashed");
  await cp("tests/fixtures/tiny-llava-clip", folder, { recursive: true });
  const hashes = [await hashModel(folder)];
  mkdirSync(join(folder, "onnx/deep"));
  expect(await hashModel(folder)).toBe(hashes[0]);
  for (const name of SIDES) {
    for (const text of ["one", "two"]) {
      writeFileSync(join(folder, "onnx", name), text);
      hashes.push(await hashModel(folder));
    }
  }
  expect(new Set(hashes).size).toBe(7);
});
