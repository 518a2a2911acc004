import { cp, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { isAppError } from "@/lib/core/errors";
import { openLanguageModel } from "@/lib/model/open";
import { decodeModel, encodeModel } from "@/lib/onnx/codec";
import { graphOf } from "@/lib/onnx/graph";

const FIXTURE = "tests/fixtures/tiny-llava-random";
const image = { width: 32, height: 32, data: new Uint8Array(3072).fill(90) };
const question = { image, messages: [{ role: "user" as const, content: "is there a dog?", image: true as const }] };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fovea-model-"));
  await cp(FIXTURE, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!isAppError(error)) throw error ?? new Error("nothing was refused");
  return `${error.code}: ${error.message}`;
}

async function withTemplate(text: string): Promise<string> {
  const config = JSON.parse(await readFile(join(folder, "tokenizer_config.json"), "utf8"));
  return JSON.stringify({ ...config, chat_template: text });
}

const open = () => refusal(openLanguageModel(folder, { threads: 1 }));

describe("openModel", () => {
  it("names the file that is missing", async () => {
    for (const name of [
      "config.json",
      "preprocessor_config.json",
      "onnx/vision_encoder.onnx",
      "onnx/decoder_model_merged.onnx",
    ]) {
      const kept = await readFile(join(folder, name));
      await rm(join(folder, name));
      expect(await open()).toMatch(new RegExp(`^MODEL_UNREADABLE: .*${name}`));
      await writeFile(join(folder, name), kept);
    }
    await rm(join(folder, "tokenizer.json"));
    expect(await open()).toMatch(/tokenizer\.json/);
    expect(await refusal(openLanguageModel("/nowhere"))).toMatch(/has no config\.json/);
  });

  it("finds the image settings where transformers 5 writes them", async () => {
    const path = join(folder, "preprocessor_config.json");
    const settings = JSON.parse(await readFile(path, "utf8"));
    await rm(path);
    await rm(join(folder, "processor_config.json"), { force: true });
    await writeFile(
      join(folder, "processor_config.json"),
      JSON.stringify({ image_processor: settings, patch_size: 8 }),
    );
    const [moved, usual] = await Promise.all([openLanguageModel(folder), openLanguageModel(FIXTURE)]);
    const site = moved.sites.at(-1)!;
    expect(await moved.tap([question], site)).toEqual(await usual.tap([question], site));
    await Promise.all([moved.dispose(), usual.dispose()]);
  });

  it("refuses a conversation that the chat template refuses, with its reason", async () => {
    const template = "{{ raise_exception('Roles must alternate') }}";
    await writeFile(join(folder, "tokenizer_config.json"), await withTemplate(template));
    const model = await openLanguageModel(folder);
    expect(await refusal(model.tap([question], model.sites[0]!))).toMatch(/^INVALID_INPUT: .*Roles must alternate/);
    await model.dispose();
  });

  it("refuses broken files and other kinds of model", async () => {
    await truncate(join(folder, "onnx/decoder_model_merged.onnx"), 100_000);
    expect(await open()).toMatch(/decoder_model_merged\.onnx is not a readable ONNX model/);
    await writeFile(join(folder, "config.json"), "{");
    expect(await open()).toMatch(/is not JSON/);
    await writeFile(join(folder, "config.json"), '{"model_type":"bert"}');
    expect(await open()).toMatch(/kind "bert"/);
    await writeFile(join(folder, "config.json"), '{"model_type":"llava"}');
    expect(await open()).toMatch(/config\.json is not as expected: .*text_config/);
  });

  it("reads weights that lie in a side file, and only inside of the folder", async () => {
    const path = join(folder, "onnx/decoder_model_merged.onnx");
    const model = decodeModel(await readFile(path), path);
    const weight = graphOf(model).initializer.find(({ rawData }) => (rawData?.length ?? 0) > 4000)!;
    const side = weight.rawData!;
    weight.rawData = undefined;
    weight.dataLocation = 1;
    const setLocation = (location: string) => {
      weight.externalData = [
        { key: "location", value: location },
        { key: "offset", value: "8" },
        { key: "length", value: String(side.length) },
      ];
      return writeFile(path, encodeModel(model));
    };
    await writeFile(join(folder, "onnx/weights.data"), Buffer.concat([Buffer.alloc(8), side]));
    await setLocation("weights.data");
    const [split, whole] = await Promise.all([
      openLanguageModel(folder, { threads: 1 }),
      openLanguageModel(FIXTURE, { threads: 1 }),
    ]);
    const site = "layers.2.resid_post";
    expect(await split.tap([question], site)).toEqual(await whole.tap([question], site));
    expect(await split.unembedding()).toEqual(await whole.unembedding());
    expect(split.hash).not.toBe(whole.hash);
    await Promise.all([split.dispose(), whole.dispose()]);
    await setLocation("../weights.data");
    expect(await open()).toMatch(/not a file beside the model/);
    await setLocation("gone.data");
    expect(await open()).toMatch(/gone\.data is missing/);
  });
});

describe("the chat template", () => {
  it("is also read from chat_template.jinja or chat_template.json when tokenizer_config.json has none", async () => {
    const promptOf = async () => {
      const model = await openLanguageModel(folder, { threads: 1 });
      try {
        return { prompt: model.promptTokens(question), hash: model.hash };
      } finally {
        await model.dispose();
      }
    };
    const { prompt: whole } = await promptOf();
    const config = JSON.parse(await readFile(join(folder, "tokenizer_config.json"), "utf8"));
    const { chat_template: template, ...rest } = config;
    const write = (name: string, value: unknown) => writeFile(join(folder, name), JSON.stringify(value));
    await write("tokenizer_config.json", {
      ...rest,
      chat_template: [
        { name: "tool_use", template: "tools" },
        { name: "default", template },
      ],
    });
    expect((await promptOf()).prompt).toEqual(whole);
    await write("tokenizer_config.json", rest);
    expect(await refusal(promptOf())).toMatch(/no chat template: copy chat_template\.jinja/);
    await write("chat_template.json", { chat_template: template });
    const json = await promptOf();
    expect(json.prompt).toEqual(whole);
    await write("chat_template.json", { chat_template: 1 });
    expect(await refusal(promptOf())).toMatch(/chat_template\.json is not as expected/);
    await writeFile(join(folder, "chat_template.jinja"), template);
    const jinja = await promptOf();
    expect(jinja.prompt).toEqual(whole);
    expect(jinja.hash).not.toBe(json.hash);
  });
});

describe("answers in batches", () => {
  it("end at the end token, whatever their rows would go on to say", async () => {
    const prompts = ["the dog", "a cat", "is there an apple?", "red"].map((raw) => ({ messages: [], raw }));
    const before = await openLanguageModel(folder, { threads: 1 });
    const long = await before.generateBatch(prompts, { maxTokens: 12 });
    await before.dispose();
    const end = long[0]!.ids[2];
    await writeFile(join(folder, "generation_config.json"), JSON.stringify({ eos_token_id: [2, end] }));
    const model = await openLanguageModel(folder, { threads: 1 });
    const found = await model.generateBatch(prompts, { maxTokens: 12 });
    await model.dispose();
    const upTo = (ids: number[]) => (ids.includes(end!) ? ids.slice(0, ids.indexOf(end!)) : ids);
    expect(found.map(({ ids }) => ids)).toEqual(long.map(({ ids }) => upTo(ids)));
    expect(found[0]).toMatchObject({ finish: "stop" });
    expect(found.some(({ finish }) => finish === "length")).toBe(true);
  });
});

describe("prompts", () => {
  const opened = openLanguageModel(FIXTURE, { threads: 1 });
  afterAll(async () => (await opened).dispose());

  it("must fit the image, the template and the model", async () => {
    const model = await opened;
    const say = (content: string) => [{ role: "user" as const, content }];
    const site = "layers.0.resid_post";
    expect(await refusal(model.tap([{ image, messages: say("hi") }], site))).toMatch(/no message carries it/);
    expect(await refusal(model.tap([{ messages: question.messages }], site))).toMatch(/none was given/);
    expect(await refusal(model.tap([{ messages: say("<image>") }], site))).toMatch(/spells out/);
    expect(await refusal(model.tap([{ messages: [], raw: "dog ".repeat(600) }], site))).toMatch(/^TOO_MANY_TOKENS/);
    expect(await refusal(model.tap([question], "layers.9.resid_post"))).toMatch(/no site "layers\.9/);
    expect(await refusal(model.tap([{ messages: say("hi") }], "vision.layers.0.resid_post"))).toMatch(/an image/);
    expect(await model.tap([], site)).toEqual([]);
    expect(await model.generateBatch([])).toEqual([]);
  });

  it("samples the same text from the same seed, and stops when aborted", async () => {
    const model = await opened;
    const sample = async (seed: number) => {
      const ids = [];
      for await (const { id } of model.generate({ ...question, maxTokens: 8, temperature: 1, topP: 0.9, seed }))
        ids.push(id);
      return ids;
    };
    expect(await sample(1)).toEqual(await sample(1));
    expect(await sample(1)).not.toEqual(await sample(2));
    await expect(
      model
        .generate({ ...question, signal: AbortSignal.abort() })
        [Symbol.asyncIterator]()
        .next(),
    ).rejects.toThrow(/abort/i);
  });

  it("shows vocabulary entries with their leading space and splits text back", async () => {
    const model = await opened;
    const ids = model.tokenize("a red dog");
    expect(ids.map((id) => model.tokenText(id)).join("")).toBe("a red dog");
  });
});
