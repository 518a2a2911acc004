import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { floatTensor, int64Tensor, openSession, type Tensor } from "@/lib/model/session";
import { float, GraphBuilder } from "@/lib/onnx/build";
import { decodeModel, encodeModel } from "@/lib/onnx/codec";
import { editable, graphOf } from "@/lib/onnx/graph";
import { Facts } from "@/lib/onnx/infer";
import { DATA_TYPE, type DataTypeName, tensorOf } from "@/lib/onnx/tensor";

const ONNX = "tests/fixtures/tiny-llava-random/onnx";

const zeros = (...dims: number[]) => floatTensor(new Float32Array(dims.reduce((a, b) => a * b)), dims);

const CASES: Record<string, Record<string, Tensor>> = {
  decoder_model_merged: {
    inputs_embeds: zeros(3, 5, 32),
    attention_mask: int64Tensor(new Array(21).fill(1), [3, 7]),
    position_ids: int64Tensor(new Array(15).fill(0), [3, 5]),
    ...Object.fromEntries(
      [0, 1, 2].flatMap((i) => ["key", "value"].map((part) => [`past_key_values.${i}.${part}`, zeros(3, 2, 2, 8)])),
    ),
  },
  vision_encoder: { pixel_values: zeros(3, 3, 32, 32) },
  embed_tokens: { input_ids: int64Tensor([1, 2, 3, 4], [2, 2]) },
};

describe("Facts", () => {
  it("reads every form of a Constant node", () => {
    const model = new GraphBuilder("constants")
      .node("Constant", [], ["int"], { value_int: 7 })
      .node("Constant", [], ["ints"], { value_ints: [2, -1] })
      .node("Constant", [], ["float"], { value_float: float(0.5) })
      .node("Constant", [], ["floats"], { value_floats: float([1, 2, 3]) })
      .node("Constant", [], ["tensor"], { value: tensorOf("t", [1], BigInt64Array.of(5n)) })
      .toModel();
    const facts = new Facts(model);
    expect(facts.of("int")).toMatchObject({ type: DATA_TYPE.int64, dims: [], value: [7] });
    expect(facts.of("ints")).toMatchObject({ type: DATA_TYPE.int64, dims: [2], value: [2, -1] });
    expect(facts.of("float")).toMatchObject({ type: DATA_TYPE.float32, dims: [] });
    expect(facts.of("floats")).toMatchObject({ type: DATA_TYPE.float32, dims: [3] });
    expect(facts.of("tensor")).toMatchObject({ type: DATA_TYPE.int64, dims: [1], value: [5] });
  });

  it("follows the arithmetic of shapes by the names of sizes", () => {
    const model = new GraphBuilder("sizes")
      .input("x", "float32", ["batch", "tokens", 8])
      .input("past", "float32", ["batch", "past", 8])
      .init("first", [1], BigInt64Array.of(0n))
      .init("split", [2], BigInt64Array.of(-1n, 4n))
      .node("Shape", ["x"], ["shape"])
      .node("Gather", ["shape", "first"], ["rows"])
      .node("Concat", ["rows", "split"], ["target"], { axis: 0 })
      .node("Reshape", ["x", "target"], ["pieces"])
      .node("Concat", ["past", "x"], ["all"], { axis: 1 })
      .node("MatMul", ["x", "w"], ["unknown"])
      .init("one", [1], BigInt64Array.of(1n))
      .node("Less", ["rows", "first"], ["negative"])
      .node("Less", ["rows", "one"], ["empty"])
      .toModel();
    const facts = new Facts(model);
    expect(facts.of("target").value).toEqual(["batch", -1, 4]);
    expect(facts.of("pieces").dims).toEqual(["batch", "(tokens*2)", 4]);
    expect(facts.of("all").dims).toEqual(["batch", "(past+tokens)", 8]);
    // A size is not negative, but it may be 0.
    expect(facts.of("negative").value).toEqual([0]);
    expect(facts.of("empty").value).toEqual([undefined]);
    expect(facts.of("unknown").dims).toBeUndefined();
  });

  it.each(Object.keys(CASES))("says of every tensor of %s what the runtime finds", async (name) => {
    const model = editable(decodeModel(await readFile(`${ONNX}/${name}.onnx`), name));
    const facts = new Facts(model);
    const graph = graphOf(model);
    const tensors = graph.node.flatMap((node) => node.output.filter(Boolean));
    graph.output = tensors.map((tensor) => ({ name: tensor }));
    const session = await openSession(encodeModel(model), { threads: 1 });
    const found = await session.run(CASES[name]!);
    await session.dispose();
    const sizes = new Map<string, number>();
    let unnamed = 0;
    for (const tensor of tensors) {
      const { type, dims, value } = facts.of(tensor);
      const real = found[tensor]!;
      expect(type, `type of ${tensor}`).toBe(DATA_TYPE[real.dtype as DataTypeName]);
      expect(dims, `shape of ${tensor}`).toHaveLength(real.dims.length);
      const claims = [...dims!.entries()].map(([i, dim]) => [dim, real.dims[i]] as const);
      for (const [i, item] of (value ?? []).entries())
        if (item !== undefined) claims.push([item, Number(real.data[i])]);
      for (const [claim, size] of claims) {
        if (typeof claim === "string" && claim.startsWith("?")) unnamed++;
        // One name has one size, wherever it stands.
        if (typeof claim === "string" && !sizes.has(claim)) sizes.set(claim, size as number);
        expect(size, `${claim} in ${tensor}`).toBe(typeof claim === "string" ? sizes.get(claim) : claim);
      }
    }
    // The point of it all: hardly any size stays without a name.
    expect(unnamed).toBeLessThan(tensors.length / 10);
  });
});
