import { afterAll, describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { openSession } from "@/lib/model/session";
import { GraphBuilder } from "@/lib/onnx/build";
import { encodeModel } from "@/lib/onnx/codec";
import { disposeSharedEncoder, encode } from "@/lib/sae/encode";
import { decode, type Sae } from "@/lib/sae/sae";
import { SAE_INDEX, SAE_VALUE, spliceSae } from "@/lib/sae/splice";

afterAll(disposeSharedEncoder);

const [d, n, k] = [5, 9, 3];
const rng = createRng(3, "splice");
const floats = (length: number) => Float32Array.from({ length }, () => rng.normal());
const sae: Sae = {
  ...{ d, n, k, W: floats(n * d), beta: floats(n), D: floats(n * d), c: floats(d), theta: -1, activation: "topk" },
  provenance: { format: "fovea", extra: {}, notices: [] },
};
const weight = floats(d * 2);

/** x -> 2 x (the site) -> times a weight. */
const model = () =>
  new GraphBuilder("model")
    .input("x", "float32", ["batch", "tokens", d])
    .init("two", [1], Float32Array.of(2))
    .init("weight", [d, 2], weight)
    .node("Mul", ["x", "two"], ["hidden"])
    .node("MatMul", ["hidden", "weight"], ["y"])
    .output("y", "float32", ["batch", "tokens", 2])
    .toModel();

describe("an SAE spliced into a graph", () => {
  it("passes on its reconstruction and gives its codes, as the encoder and decoder have them", async () => {
    const x = floats(2 * 4 * d);
    const session = await openSession(encodeModel(spliceSae(model(), "hidden", sae)));
    const out = await session.run({ x: { dtype: "float32", dims: [2, 4, d], data: x } });
    await session.dispose();
    const codes = await encode({ data: x.map((value) => 2 * value), rows: 8, cols: d }, sae);
    expect(Array.from(out[SAE_INDEX]!.data, Number)).toEqual([...codes.index]);
    for (const [i, value] of codes.value.entries()) expect(out[SAE_VALUE]!.data[i]).toBeCloseTo(value, 5);
    const { data } = decode(codes, sae);
    for (let row = 0; row < 8; row++) {
      for (let j = 0; j < 2; j++) {
        let y = 0;
        for (let i = 0; i < d; i++) y += data[row * d + i]! * weight[i * 2 + j]!;
        expect(out.y!.data[row * 2 + j]).toBeCloseTo(y, 4);
      }
    }
  });

  it("is refused a second time, and where there is no such tensor", () => {
    expect(() => spliceSae(spliceSae(model(), "hidden", sae), "hidden", sae)).toThrow(/splice once/);
    expect(() => spliceSae(model(), "nothing", sae)).toThrow(/no tensor "nothing"/);
  });
});
