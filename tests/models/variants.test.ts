import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { openSafetensors } from "@/lib/formats/safetensors";
import type { Precision } from "@/lib/model/files";
import { openLanguageModel } from "@/lib/model/open";
import type { ChatMessage, TapInput } from "@/lib/model/types";
import { goldenImage, relativeError } from "../helpers/golden";

// Golden values from PyTorch and ONNX Runtime: tests/fixtures/families/{quantized,fused}.py.
interface Entry {
  name: string;
  image?: number;
  messages?: ChatMessage[];
  raw?: string;
  plus: number;
  minus: number;
}

async function openFixture(folder: string, precision: Precision) {
  const golden = await openSafetensors(`${folder}/golden.safetensors`);
  const model = await openLanguageModel(folder, { threads: 1, precision });
  const file = JSON.parse(await readFile(`${folder}/golden.json`, "utf8")) as { new_tokens: number; cases: Entry[] };
  const cases = await Promise.all(
    file.cases.map(async (entry) => {
      const input: TapInput = {
        messages: entry.messages ?? [],
        ...(entry.raw === undefined ? {} : { raw: entry.raw }),
      };
      if (entry.image === undefined) return { ...entry, input };
      return {
        ...entry,
        input: { ...input, image: await goldenImage(golden, entry.image) },
      };
    }),
  );
  return { golden, model, cases, newTokens: file.new_tokens };
}

describe.each([
  // Folder, precision, tolerance of hidden states, operator without a gradient.
  ["tiny-llava-quantized", "fp16", 5e-3, null],
  ["tiny-llava-quantized", "quantized", 0.05, /MatMulInteger|DynamicQuantizeLinear/],
  ["tiny-llava-quantized", "q4", 1e-3, /com\.microsoft\.MatMulNBits/],
  ["tiny-llava-quantized", "q4f16", 0.02, /com\.microsoft\.MatMulNBits/],
  ["tiny-llama-fused", "fp32", 1e-4, /com\.microsoft\.(GroupQueryAttention|RotaryEmbedding)/],
  ["tiny-llama-fused", "q4", 1e-3, /com\.microsoft\.(GroupQueryAttention|MatMulNBits)/],
] as const)("%s in %s", (name, precision, tolerance, operator) => {
  const opened = openFixture(`tests/fixtures/${name}`, precision);
  afterAll(async () => {
    const { model, golden } = await opened;
    await model.dispose();
    await golden.close();
  });

  it("answers as its own graph does, and its sites can be read", async () => {
    const { golden, model, cases, newTokens } = await opened;
    const form = precision === "fp32" ? "" : `${precision}.`;
    const answers = await model.generateBatch(
      cases.map(({ input }) => input),
      { maxTokens: newTokens },
    );
    const read = new Set<string>();
    for (const [i, { name: of, input }] of cases.entries()) {
      const want = Array.from(await golden.readIntegers(`${of}.${form}greedy`));
      expect(answers[i]!.ids.slice(0, want.length)).toEqual(want);
      // Alone as well: quantised on the fly, rows that run together could change each other.
      const alone = [];
      for await (const { id } of model.generate({ ...input, maxTokens: want.length })) alone.push(id);
      expect(alone).toEqual(want);
      for (const site of model.sites) {
        const name = `${of}.${form}${site}`;
        if (!golden.tensors.has(name)) continue;
        const [tap] = await model.tap([input], site);
        expect(relativeError(tap!.acts.data, await golden.readFloat32(name))).toBeLessThan(tolerance);
        read.add(site);
      }
    }
    expect([...read].sort()).toEqual([...model.sites].sort());
    expect(model.sites.filter((site) => !site.startsWith("vision."))).toHaveLength(model.nLayers);
  });

  it("has gradients, or says which operator has none and what works still", async () => {
    const { model, cases } = await opened;
    const { name: of, input, plus, minus } = cases[0]!;
    const site = "layers.0.resid_post";
    const missing = await model.undifferentiable(site);
    if (operator === null) {
      expect(missing).toEqual([]);
      const { acts } = await model.gradient(input, site, { plus, minus });
      // The same weights in full precision.
      const full = await openSafetensors("tests/fixtures/tiny-llava-clip/golden.safetensors");
      expect(relativeError(acts.data, await full.readFloat32(`${of}.grad.${site}`))).toBeLessThan(0.02);
      await full.close();
      return;
    }
    expect(missing.length).toBeGreaterThan(0);
    expect(missing.every(({ op, node }) => op.length > 0 && node.length > 0)).toBe(true);
    await expect(model.gradient(input, site, { plus, minus })).rejects.toThrow(operator);
    await expect(model.gradient(input, site, { plus, minus })).rejects.toThrow(/tap and steer/i);
  });
});
