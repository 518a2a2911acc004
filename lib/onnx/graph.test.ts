import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAppError } from "@/lib/core/errors";
import { sha256 } from "@/lib/core/hash";
import { createRng } from "@/lib/core/rng";
import { floatTensor, int64Tensor, openSession, type Tensor } from "@/lib/model/session";
import { float, GraphBuilder } from "@/lib/onnx/build";
import { decodeModel, encodeModel } from "@/lib/onnx/codec";
import { graphOf } from "@/lib/onnx/graph";
import { LOGITS_TO_KEEP, lastLogits } from "@/lib/onnx/head";
import { residualSites } from "@/lib/onnx/sites";
import { keepOutputs, tap } from "@/lib/onnx/tap";

const ONNX = "tests/fixtures/tiny-llava-random/onnx";
const load = async (name: string) => decodeModel(await readFile(`${ONNX}/${name}.onnx`), name);

/** Feeds of the fixture's decoder (d 32, 3 layers, 2 KV heads of 8): batch 2, `past` cached and `tokens` new tokens. */
function decoderFeeds(past: number, tokens: number): Record<string, Tensor> {
  const rng = createRng(1, "decoder-feeds", past);
  const normals = (dims: number[]) =>
    floatTensor(
      Float32Array.from({ length: dims.reduce((a, b) => a * b) }, () => rng.normal()),
      dims,
    );
  const feeds: Record<string, Tensor> = {
    inputs_embeds: normals([2, tokens, 32]),
    attention_mask: int64Tensor(new Array(2 * (past + tokens)).fill(1), [2, past + tokens]),
    position_ids: int64Tensor(
      Array.from({ length: 2 * tokens }, (_, i) => past + (i % tokens)),
      [2, tokens],
    ),
  };
  for (let layer = 0; layer < 3; layer++) {
    for (const part of ["key", "value"]) feeds[`past_key_values.${layer}.${part}`] = normals([2, 2, past, 8]);
  }
  return feeds;
}

async function runOnce(bytes: Uint8Array, feeds: Record<string, Tensor>) {
  const session = await openSession(bytes, { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.dispose();
  }
}

/** Name, shape and hash of the bytes of each tensor. */
function fingerprint(tensors: Record<string, Tensor>) {
  return Object.entries(tensors).map(([name, { dims, data }]) => [
    name,
    [...dims],
    sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  ]);
}

describe("ONNX codec", () => {
  it("writes what it read: the runtime computes the same from both", async () => {
    const bytes = await readFile(`${ONNX}/decoder_model_merged.onnx`);
    const again = encodeModel(decodeModel(bytes, "decoder"));
    // Equality as bytes: comparing megabytes element by element takes minutes.
    expect(Buffer.compare(encodeModel(decodeModel(again, "again")), again)).toBe(0);
    expect(again.length).toBeGreaterThan(0.99 * bytes.length);
    for (const past of [0, 3]) {
      const feeds = decoderFeeds(past, 5);
      expect(fingerprint(await runOnce(again, feeds))).toEqual(fingerprint(await runOnce(bytes, feeds)));
    }
  });

  it("keeps fields that it does not know", async () => {
    const bytes = await readFile(`${ONNX}/embed_tokens.onnx`);
    // Field 6 of ModelProto is doc_string, which the schema does not name.
    const extended = Buffer.concat([bytes, Buffer.from([0x32, 2, 0x68, 0x69])]);
    expect(Buffer.from(encodeModel(decodeModel(extended, "x"))).includes(Buffer.from([0x32, 2, 0x68, 0x69]))).toBe(
      true,
    );
  });

  it("turns hostile bytes into one AppError", async () => {
    const good = await readFile(`${ONNX}/embed_tokens.onnx`);
    const attempt = (bytes: Uint8Array) => {
      try {
        encodeModel(decodeModel(bytes, "hostile"));
      } catch (error) {
        expect(isAppError(error)).toBe(true);
      }
    };
    for (let cut = 0; cut < good.length; cut += 97) attempt(good.subarray(0, cut));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), attempt), { numRuns: 300 });
    fc.assert(
      fc.property(fc.nat(500), fc.nat(255), (at, value) => {
        const bytes = Uint8Array.from(good);
        bytes[at] = value;
        attempt(bytes);
      }),
      { numRuns: 300 },
    );
    expect(() => decodeModel(new Uint8Array(), "empty")).toThrow(/no graph/);
  });
});

describe("tap", () => {
  it("finds the residual stream behind every block", async () => {
    expect(residualSites(await load("decoder_model_merged"))).toEqual(
      [0, 1, 2].map((layer) => ({
        name: `layers.${layer}.resid_post`,
        layer,
        tensor: `/model/layers.${layer}/Add_1_output_0`,
      })),
    );
    expect(residualSites(await load("vision_encoder"), "vision.").map((site) => site.name)).toEqual([
      "vision.layers.0.resid_post",
      "vision.layers.1.resid_post",
    ]);
  });

  it("gives the full graph's values and drops later layers, their weights and inputs", async () => {
    const model = await load("decoder_model_merged");
    const [first, second] = residualSites(model);
    const tapped = tap(model, first!.tensor, "here");
    expect(graphOf(tapped).node.length).toBeLessThan(graphOf(model).node.length / 2);
    expect(graphOf(tapped).input.map((value) => value.name)).toEqual([
      "inputs_embeds",
      "attention_mask",
      "position_ids",
      "past_key_values.0.key",
      "past_key_values.0.value",
    ]);
    expect(encodeModel(tapped).length).toBeLessThan(encodeModel(model).length / 2);
    // The naive twin keeps the whole graph and only adds an output.
    const whole = {
      ...model,
      graph: { ...graphOf(model), output: [...graphOf(model).output, { name: second!.tensor }] },
    };
    const feeds = decoderFeeds(2, 4);
    const want = (await runOnce(encodeModel(whole), feeds))[second!.tensor];
    const got = await runOnce(encodeModel(tap(model, second!.tensor, "here")), feeds);
    expect(fingerprint(got)).toEqual(fingerprint({ here: { ...want!, dims: [2, 4, 32] } }));
    expect(graphOf(model).output).toHaveLength(7);
  });

  it("computes the last tokens' logits only, as many as are asked for", async () => {
    const model = await load("decoder_model_merged");
    const feeds = decoderFeeds(0, 6);
    const full = (await runOnce(encodeModel(model), feeds)).logits!;
    const edited = lastLogits(model)!;
    expect(lastLogits(edited)).toBe(edited);
    for (const kept of [1, 3]) {
      const last = (await runOnce(encodeModel(edited), { ...feeds, [LOGITS_TO_KEEP]: int64Tensor([kept], []) }))
        .logits!;
      expect(last.dims).toEqual([2, kept, 200]);
      const at = (row: number) =>
        Array.from((full.data as Float32Array).subarray((row * 6 + 6 - kept) * 200, (row * 6 + 6) * 200));
      [...at(0), ...at(1)].forEach((value, i) => {
        expect(last.data[i]).toBeCloseTo(value, 4);
      });
    }
  });

  it("keeps chosen outputs", async () => {
    const cache = keepOutputs(await load("decoder_model_merged"), (name) => name.startsWith("present."));
    expect(graphOf(cache).output).toHaveLength(6);
    expect(graphOf(cache).node.some((node) => node.name?.startsWith("/lm_head"))).toBe(false);
  });
});

describe("GraphBuilder", () => {
  it("builds a graph that the runtime runs", async () => {
    const bytes = new GraphBuilder("leak")
      .input("x", "float32", ["n", 2])
      .init("w", [2, 1], Float32Array.of(2, -3))
      .node("MatMul", ["x", "w"], ["y"])
      .node("LeakyRelu", ["y"], ["z"], { alpha: float(0.5) })
      .output("z", "float32", ["n", 1])
      .toBytes();
    const out = await runOnce(bytes, { x: floatTensor(Float32Array.of(1, 1, 4, 1), [2, 2]) });
    expect(Array.from(out.z!.data as Float32Array)).toEqual([-0.5, 5]);
  });
});
