import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { openSafetensors } from "@/lib/formats/safetensors";
import { floatTensor, int64Tensor, type Tensor } from "@/lib/model/session";
import { decodeModel } from "@/lib/onnx/codec";
import { undifferentiable } from "@/lib/onnx/differentiate";
import { LOGITS_TO_KEEP, lastLogits } from "@/lib/onnx/head";
import type { ModelProto } from "@/lib/onnx/schema";
import { residualSites } from "@/lib/onnx/sites";
import { keepOutputs } from "@/lib/onnx/tap";
import { gradients, normals, relativeError, run } from "@/tests/helpers/gradient-check";

// Golden gradients from PyTorch autograd: gradients.py in this folder.
const FIXTURE = "tests/fixtures/tiny-llava-random";
const decoder = async () => decodeModel(await readFile(`${FIXTURE}/onnx/decoder_model_merged.onnx`), "decoder");

/** Prefill feeds of the fixture's decoder: one row, empty cache. */
function prefill(embeds: Float32Array, seed: Tensor): Record<string, Tensor> {
  const tokens = embeds.length / 32;
  const feeds: Record<string, Tensor> = {
    seed,
    inputs_embeds: floatTensor(embeds, [1, tokens, 32]),
    attention_mask: int64Tensor(new Array(tokens).fill(1), [1, tokens]),
    position_ids: int64Tensor([...new Array(tokens).keys()], [1, tokens]),
  };
  for (let layer = 0; layer < 3; layer++) {
    for (const part of ["key", "value"]) {
      feeds[`past_key_values.${layer}.${part}`] = floatTensor(new Float32Array(0), [1, 2, 0, 8]);
    }
  }
  return feeds;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

/** A seed for logits [1, tokens, 200] whose gradient is that of logit(first) - logit(second) at the last position. */
function logitDifference(tokens: number, first: number, second: number): Tensor {
  const seed = new Float32Array(tokens * 200);
  seed[(tokens - 1) * 200 + first] = 1;
  seed[(tokens - 1) * 200 + second] = -1;
  return floatTensor(seed, [1, tokens, 200]);
}

describe("gradients of a decoder against PyTorch", () => {
  it("has a rule for every operator of its graphs", async () => {
    const vision = decodeModel(await readFile(`${FIXTURE}/onnx/vision_encoder.onnx`), "vision");
    expect(undifferentiable(vision, "pixel_values", "image_features")).toEqual([]);
    expect(undifferentiable(await decoder(), "inputs_embeds", "logits")).toEqual([]);
    const pixels = normals(createRng(10, "pixels"), [1, 3, 32, 32]);
    const seed = normals(createRng(10, "features"), [1, 16, 32]);
    const wrt = ["pixel_values", ...residualSites(vision, "vision.").map(({ tensor }) => tensor)];
    const got = await gradients(vision, { pixel_values: pixels, seed }, wrt, "image_features");
    // Along a random direction the pixels' gradient is the slope of the weighed features.
    const direction = normals(createRng(10, "direction"), [1, 3, 32, 32]).data as Float32Array;
    const objective = async (step: number) => {
      const moved = (pixels.data as Float32Array).map((value, i) => value + step * direction[i]!);
      const { image_features } = await run(vision, { pixel_values: floatTensor(moved, [1, 3, 32, 32]) });
      return dot(image_features!.data as Float32Array, seed.data as Float32Array);
    };
    const slope = ((await objective(0.01)) - (await objective(-0.01))) / 0.02;
    expect(dot(got.pixel_values!.data as Float32Array, direction) / slope).toBeCloseTo(1, 2);
  });

  it.each(["describe", "text"])("%s: at the input and every site, in one pass", async (name) => {
    const golden = await openSafetensors(`${FIXTURE}/gradients.safetensors`);
    const embeds = await golden.readFloat32(`${name}.inputs_embeds`);
    const [first = 0, second = 0] = await golden.readIntegers(`${name}.tokens`);
    const model = keepOutputs(await decoder(), (output) => output === "logits");
    const sites = [{ name: "inputs_embeds", tensor: "inputs_embeds" }, ...residualSites(model)];
    const wrt = sites.map(({ tensor }) => tensor);
    const tokens = embeds.length / 32;
    const full = await gradients(model, prefill(embeds, logitDifference(tokens, first, second)), wrt, "logits");
    // Logits of the last token only: a slice whose place is known at run time, and a much smaller product.
    const last = lastLogits(model) as ModelProto;
    const short = await gradients(
      last,
      { ...prefill(embeds, logitDifference(1, first, second)), [LOGITS_TO_KEEP]: int64Tensor([1], []) },
      wrt,
      "logits",
    );
    for (const site of sites) {
      const want = await golden.readFloat32(`${name}.gradient.${site.name}`);
      const scale = want.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      for (const got of [full, short]) {
        expect(got[site.tensor]!.dims).toEqual([1, tokens, 32]);
        const scaled = (got[site.tensor]!.data as Float32Array).map((value) => value / scale);
        expect(
          relativeError(
            scaled,
            want.map((value) => value / scale),
          ),
          site.name,
        ).toBeLessThan(1e-5);
      }
    }
    await golden.close();
  });
});
