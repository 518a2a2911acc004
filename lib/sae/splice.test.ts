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
  const kinds: Record<string, Sae> = {
    topk: sae,
    "one threshold": { ...sae, activation: "jumprelu", theta: 0.7 },
    "a threshold per latent": { ...sae, activation: "jumprelu", thresholds: floats(n).map(Math.abs) },
    "normalised rows": { ...sae, input: "layer_norm" },
  };
  it.each(Object.entries(kinds))("passes on what encoder and decoder have: %s", async (_, sae) => {
    const x = floats(2 * 4 * d);
    const session = await openSession(encodeModel(spliceSae(model(), "hidden", sae)));
    const out = await session.run({ x: { dtype: "float32", dims: [2, 4, d], data: x } });
    await session.dispose();
    const codes = await encode({ data: x.map((value) => 2 * value), rows: 8, cols: d }, sae);
    const places = out[SAE_INDEX]!.dims.at(-1)!;
    // In a row that was normalised the codes are in its units; the graph leaves them in the SAE's.
    for (let r = 0; r < 8 && !sae.input; r++) {
      for (let s = 0; s < codes.k; s++) {
        const value = codes.value[r * codes.k + s]!;
        if (value > 0) expect(Number(out[SAE_INDEX]!.data[r * places + s])).toBe(codes.index[r * codes.k + s]);
        expect(out[SAE_VALUE]!.data[r * places + s]).toBeCloseTo(value, 5);
      }
    }
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
