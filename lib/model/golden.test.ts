import { readFile } from "node:fs/promises";
import { AutoProcessor, LlavaForConditionalGeneration, RawImage } from "@huggingface/transformers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSafetensors, type Safetensors } from "@/lib/formats/safetensors";
import type { RgbImage } from "@/lib/media/image";
import { createSingleReader, singleSchema } from "@/lib/model/images/single";
import { openLanguageModel } from "@/lib/model/open";
import type { TapInput, VisionLanguageModel } from "@/lib/model/types";
import { goldenImage, relativeError } from "@/tests/helpers/golden";

// Golden values from PyTorch: tests/fixtures/tiny-llava-random/make.py.
const FOLDER = "tests/fixtures/tiny-llava-random";

interface Case extends TapInput {
  name: string;
  input: TapInput;
  answer: string;
}

let golden: Safetensors;
let model: VisionLanguageModel;
let cases: Case[];
let images: RgbImage[];
let newTokens: number;

beforeAll(async () => {
  golden = await openSafetensors(`${FOLDER}/golden.safetensors`);
  model = await openLanguageModel(FOLDER, { threads: 1 });
  images = await Promise.all([0, 1, 2].map((i) => goldenImage(golden, i)));
  const file = JSON.parse(await readFile(`${FOLDER}/golden.json`, "utf8"));
  newTokens = file.new_tokens;
  cases = file.cases.map((entry: Case & { image?: number }) => ({
    ...entry,
    // tokenizers in Rust keep a leading space that transformers.js drops for Metaspace decoders.
    answer: entry.answer.trimStart(),
    input: {
      messages: entry.messages ?? [],
      ...(entry.raw === undefined ? {} : { raw: entry.raw }),
      ...(entry.image === undefined ? {} : { image: images[entry.image as number] }),
    },
  }));
});

afterAll(async () => {
  await model.dispose();
  await golden.close();
});

const ids = async (name: string) => Array.from(await golden.readIntegers(name));

describe("a LLaVA against PyTorch", () => {
  it("makes the same prompts, image tokens expanded and numbered", async () => {
    for (const { name, input } of cases) {
      const tokens = model.promptTokens(input);
      expect(tokens.map((token) => token.id)).toEqual(await ids(`${name}.input_ids`));
      const cells = tokens.flatMap((token) => (token.kind === "image" ? [token.cell] : []));
      expect(cells).toEqual(input.image ? Array.from({ length: 16 }, (_, i) => i) : []);
    }
    expect(model.promptTokens(cases[0]!.input)[0]).toEqual({ id: 1, text: "<s>", kind: "special" });
  });

  it("sees the same pixels, resized ones included", async () => {
    const config = singleSchema.parse(JSON.parse(await readFile(`${FOLDER}/preprocessor_config.json`, "utf8")));
    const reader = createSingleReader(config, { imageTokenId: 0, patch: 8 });
    for (const [i, image] of images.entries()) {
      const pixels = reader.feeds([image]).pixel_values?.data as Float32Array;
      const want = await golden.readFloat32(`pixels.${i}`);
      // One rounding step of the last float32 bit; one grey level would be 0.0078.
      expect(relativeError(pixels, want)).toBeLessThan(2e-7);
    }
  });

  it("has the same hidden states at every site, alone and in batches of mixed lengths", async () => {
    expect(model.sites).toHaveLength(5);
    for (const site of model.sites) {
      const some = cases.filter(({ input }) => input.image || !site.startsWith("vision."));
      const taps = await model.tap(
        [...some, ...some].map(({ input }) => input),
        site,
      );
      for (const [i, { acts, tokens }] of taps.entries()) {
        const want = await golden.readFloat32(`${some[i % some.length]!.name}.${site}`);
        expect(relativeError(acts.data, want)).toBeLessThan(1e-4);
        expect(acts.rows).toBe(tokens.length);
        expect(acts.cols).toBe(model.siteWidth(site));
      }
    }
  });

  it("answers greedily with the same tokens, streamed", async () => {
    for (const { name, input, answer } of cases) {
      const tokens = [];
      for await (const token of model.generate({ ...input, maxTokens: newTokens })) tokens.push(token);
      expect(tokens.map((token) => token.id)).toEqual(await ids(`${name}.greedy`));
      expect(tokens.map((token) => token.text).join("")).toBe(answer);
      expect(tokens.every((token) => token.logprob <= 0)).toBe(true);
    }
  });

  it("answers in batches as one by one: shared images, padding, ends at different times", async () => {
    const many = [...cases, ...cases].map(({ input }) => input);
    const answers = await model.generateBatch(many, { maxTokens: newTokens, batch: 4 });
    for (const [i, answer] of answers.entries()) {
      const { name, answer: text } = cases[i % cases.length]!;
      expect(answer.ids).toEqual(await ids(`${name}.greedy`));
      expect(answer).toMatchObject({ text, finish: "length" });
    }
    const stopped = await model.generateBatch(many, { maxTokens: newTokens, stop: ["stripes"] });
    expect(stopped[0]).toMatchObject({ text: "ou sma an ", finish: "stop" });
    expect(stopped[1]!.text).toBe(cases[1]!.answer);
  });

  it("folds the final norm into the unembedding", async () => {
    const { data, rows, cols } = await model.unembedding();
    expect([rows, cols]).toEqual([200, 32]);
    expect(relativeError(data, await golden.readFloat32("unembedding"))).toBeLessThan(1e-6);
  });

  it("loads unchanged in transformers.js and gives the same tokens", async () => {
    const [theirs, processor] = await Promise.all([
      LlavaForConditionalGeneration.from_pretrained(FOLDER, { dtype: "fp32", local_files_only: true }),
      AutoProcessor.from_pretrained(FOLDER, { local_files_only: true }),
    ]);
    const { name, input } = cases[0]!;
    const content = [{ type: "image" }, { type: "text", text: input.messages[0]!.content }];
    const text = processor.apply_chat_template([{ role: "user", content }] as never, { add_generation_prompt: true });
    const { data, width, height } = input.image!;
    const inputs = await processor(new RawImage(data, width, height, 3), text);
    const output = await theirs.generate({ ...inputs, max_new_tokens: newTokens, do_sample: false });
    const all = (output as { tolist(): bigint[][] }).tolist()[0]!.map(Number);
    const prompt = await ids(`${name}.input_ids`);
    expect(all).toEqual([...prompt, ...(await ids(`${name}.greedy`))]);
    await (theirs as { dispose(): Promise<unknown> }).dispose();
  });
});
