import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { env, resetEnv } from "@/lib/core/env";
import { isAppError } from "@/lib/core/errors";
import type { HubProgress } from "@/lib/model/hub/file";
import { modelFolder } from "@/lib/model/hub/folder";
import { openLanguageModel, openModel } from "@/lib/model/open";
import { startTinyHub, type TinyHub } from "@/tests/helpers/tiny-hub";

const FIXTURE = "tests/fixtures/tiny-llava-clip";
const DECODER = "onnx/decoder_model_merged.onnx";
const image = { width: 32, height: 32, data: new Uint8Array(3072).fill(90) };
const question = { image, messages: [{ role: "user" as const, content: "is there a dog?", image: true as const }] };

let hub: TinyHub;
let fixture: Map<string, Buffer>;
const home = () => join(env().FOVEA_HOME, "models");

async function filesOf(folder: string): Promise<Map<string, Buffer>> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => /\.(json|onnx)$/.test(name));
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
}

beforeAll(async () => {
  hub = await startTinyHub();
  fixture = await filesOf(FIXTURE);
});
afterAll(() => hub.close());

beforeEach(async () => {
  hub.repositories = new Map([["tiny/llava", { files: new Map(fixture) }]]);
  hub.fetched = [];
  hub.requests = 0;
  hub.disturb = () => undefined;
  environment({});
  await rm(home(), { recursive: true, force: true });
});

function environment(changes: Record<string, string>): void {
  for (const name of ["HF_TOKEN", "HF_ENDPOINT"]) delete process.env[name];
  Object.assign(process.env, { HF_ENDPOINT: `${hub.endpoint}/`, ...changes });
  resetEnv();
}

async function refusal(given = "tiny/llava", options: Parameters<typeof modelFolder>[1] = {}): Promise<string> {
  const error = await modelFolder(given, options).then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!isAppError(error)) throw error ?? new Error("nothing was refused");
  return `${error.code}: ${error.message}`;
}

async function answerOf(folder: string): Promise<string> {
  const model = await openLanguageModel(folder, { threads: 1 });
  try {
    const [answer] = await model.generateBatch([question], { maxTokens: 6 });
    return answer!.text;
  } finally {
    await model.dispose();
  }
}

const paths = () => hub.fetched.map(({ path }) => path);
const filesIn = async (folder: string) =>
  (await readdir(folder, { recursive: true })).filter((name) => name.includes(".")).sort();

describe("modelFolder", () => {
  it("downloads a model that opens and answers as the original does, and then asks the hub no more", async () => {
    const folder = await modelFolder("tiny/llava");
    expect(folder).toBe(join(home(), "tiny/llava"));
    expect(await answerOf(folder)).toBe(await answerOf(FIXTURE));
    const wanted = [...fixture.keys()].filter((name) => name !== "golden.json");
    expect(paths().sort()).toEqual(wanted.sort());
    expect(await filesIn(folder)).toEqual([".fovea.json", ...wanted].sort());
    const before = hub.requests;
    expect(await modelFolder("hf:tiny/llava")).toBe(folder);
    expect(hub.requests).toBe(before);
  });

  it("takes a folder before an id of the same name, unless hf: is written before it", async () => {
    expect(await modelFolder("tests/fixtures")).toBe(join(process.cwd(), "tests/fixtures"));
    expect(await refusal("hf:tests/fixtures")).toMatch(/^HUB_REFUSED: There is no folder tests\/fixtures, and on/);
    expect(await refusal("./nowhere")).toMatch(/^INVALID_INPUT: There is no folder .*nowhere: give/);
    expect(await refusal("hf:llava")).toMatch(/^INVALID_INPUT: "llava" is no model's id/);
  });

  it("keeps revisions apart", async () => {
    const commit = "0123456789abcdef0123456789abcdef01234567";
    expect(await modelFolder(`tiny/llava@${commit}`)).toBe(join(home(), `tiny/llava@${commit}`));
    expect(await refusal("tiny/llava@refs/pr/1")).toMatch(/^NOT_FOUND: tiny\/llava has no revision "refs\/pr\/1"/);
    expect(existsSync(join(home(), "tiny/llava"))).toBe(false);
  });

  it("fetches of towers and text models the one part that they need", async () => {
    for (const [name, part] of [
      ["tiny-clip", "onnx/vision_model.onnx"],
      ["tiny-llama", "onnx/model.onnx"],
      ["tiny-llama-merged", "onnx/decoder_model_merged.onnx"],
    ] as const) {
      hub.repositories.set(`tiny/${name}`, { files: await filesOf(`tests/fixtures/${name}`) });
      hub.fetched = [];
      const model = await openModel(await modelFolder(`tiny/${name}`), { threads: 1 });
      await model.dispose();
      expect(paths().filter((path) => path.startsWith("onnx/"))).toEqual([part]);
    }
  });

  it("reports listing, bytes and the end of every file", async () => {
    const told: HubProgress[] = [];
    await modelFolder("tiny/llava", { report: (progress) => told.push(progress) });
    expect(told[0]).toMatchObject({ doing: "listing", path: `tiny/llava on ${hub.endpoint}` });
    const size = fixture.get(DECODER)!.length;
    const ofDecoder = told.filter(({ path }) => path === DECODER);
    expect(ofDecoder.map(({ doing }) => doing)).toContain("checking");
    expect(ofDecoder.at(-1)).toEqual({ doing: "done", path: DECODER, done: size, size });
    expect(told.filter(({ doing }) => doing === "done")).toHaveLength(paths().length);
  });
});

describe("an interrupted download", () => {
  const cutOnce = (path: string, cutAfter: number) => {
    let cut = false;
    hub.disturb = (asked) => {
      if (asked !== path || cut) return undefined;
      cut = true;
      return { cutAfter };
    };
  };

  it("goes on by itself where the connection broke", async () => {
    cutOnce(DECODER, 100_000);
    expect(await answerOf(await modelFolder("tiny/llava"))).toBe(await answerOf(FIXTURE));
    const ranges = hub.fetched.filter(({ path }) => path === DECODER).map(({ range }) => range);
    expect(ranges).toEqual([undefined, "bytes=100000-"]);
  });

  it("is no model yet, and the next call fetches the rest and nothing twice", async () => {
    // Cut twice without a byte between: the call gives up.
    let times = 0;
    hub.disturb = (path) => (path === DECODER ? { cutAfter: times++ === 0 ? 100_000 : 0 } : undefined);
    expect(await refusal()).toMatch(/^DOWNLOAD_FAILED: The connection broke while onnx\/decoder_model_merged\.onnx/);
    const folder = join(home(), "tiny/llava");
    expect(existsSync(join(folder, DECODER))).toBe(false);
    expect((await stat(join(folder, `${DECODER}.part`))).size).toBe(100_000);
    await expect(openLanguageModel(folder)).rejects.toThrow(/has no onnx\/decoder_model_merged\.onnx/);
    const already = new Set(paths());
    hub.fetched = [];
    hub.disturb = () => undefined;
    expect(await modelFolder("tiny/llava")).toBe(folder);
    expect(hub.fetched[0]).toMatchObject({ path: DECODER, range: "bytes=100000-", from: "store" });
    expect(
      paths()
        .slice(1)
        .some((path) => already.has(path)),
    ).toBe(false);
    expect(await answerOf(folder)).toBe(await answerOf(FIXTURE));
  });

  it("starts over when the server does not know ranges", async () => {
    const folder = join(home(), "tiny/llava");
    await mkdir(join(folder, "onnx"), { recursive: true });
    await writeFile(join(folder, `${DECODER}.part`), fixture.get(DECODER)!.subarray(0, 5000));
    hub.disturb = () => ({ ignoreRange: true });
    await modelFolder("tiny/llava");
    expect(await readFile(join(folder, DECODER))).toEqual(fixture.get(DECODER));
  });

  it("fetches again what is missing from a whole copy, or has another size", async () => {
    const folder = await modelFolder("tiny/llava");
    await rm(join(folder, "tokenizer.json"));
    await writeFile(join(folder, DECODER), "short");
    hub.fetched = [];
    await modelFolder("tiny/llava");
    expect(paths().sort()).toEqual([DECODER, "tokenizer.json"]);
  });
});

describe("damaged bytes", () => {
  it.each([DECODER, "tokenizer.json"])("of %s are refused and thrown away", async (path) => {
    const bytes = Buffer.from(fixture.get(path)!);
    bytes[bytes.length >> 1]! ^= 1;
    hub.disturb = (asked) => (asked === path ? { bytes } : undefined);
    expect(await refusal()).toMatch(/^DOWNLOAD_FAILED: .* arrived damaged and was thrown away/);
    const left = await filesIn(join(home(), "tiny/llava"));
    expect(left.filter((name) => name.startsWith(path))).toEqual([]);
  });

  it("and more or fewer than announced are refused too", async () => {
    const right = fixture.get(DECODER)!;
    for (const bytes of [Buffer.concat([right, Buffer.alloc(9)]), right.subarray(0, 1000)]) {
      hub.disturb = (asked) => (asked === DECODER ? { bytes } : undefined);
      expect(await refusal()).toMatch(/^DOWNLOAD_FAILED/);
      expect(existsSync(join(home(), "tiny/llava", DECODER))).toBe(false);
    }
  });
});

describe("a repository that cannot be had", () => {
  it("is unknown, private or gated, and the message says what to do", async () => {
    hub.repositories.set("tiny/gated", { files: new Map(fixture), gated: true });
    expect(await refusal("tiny/lava")).toMatch(
      /^HUB_REFUSED: There is no folder tiny\/lava, and .*check the spelling.*HF_TOKEN/,
    );
    expect(await refusal("tiny/gated")).toMatch(/^HUB_REFUSED: .*wants its licence accepted.*tiny\/gated.*HF_TOKEN/);
    environment({ HF_TOKEN: "another" });
    expect(await refusal("tiny/lava")).toMatch(/^NOT_FOUND: There is neither a folder nor a model tiny\/lava/);
    expect(await refusal("tiny/gated")).toMatch(/^HUB_REFUSED: .*wants its licence accepted/);
    environment({ HF_TOKEN: "secret" });
    await modelFolder("tiny/gated");
    // The token is for the hub and not for the store that it points to.
    const seen = new Set(hub.fetched.slice(-5).map(({ from, token }) => `${from} ${token}`));
    expect(seen.has("store true")).toBe(false);
    expect(seen.has("store false")).toBe(true);
  });

  it("is out of reach", async () => {
    environment({ HF_ENDPOINT: "http://127.0.0.1:9" });
    expect(await refusal()).toMatch(
      /^DOWNLOAD_FAILED: 127\.0\.0\.1:9 cannot be reached for tiny\/llava: check the network/,
    );
  });

  it("has no ONNX files, or not those of the model, or none that Fovea knows", async () => {
    const { files } = hub.repositories.get("tiny/llava")!;
    const encoder = files.get("onnx/vision_encoder.onnx")!;
    files.delete("onnx/vision_encoder.onnx");
    expect(await refusal()).toMatch(
      /^MODEL_UNREADABLE: .*no onnx\/vision_encoder\.onnx in any precision \(it has .*embed/,
    );
    for (const name of [...files.keys()]) if (name.startsWith("onnx/")) files.delete(name);
    files.set("model.safetensors", encoder);
    expect(await refusal()).toMatch(/^MODEL_UNREADABLE: .*\(it has .*model\.safetensors.*onnx-community/);
    files.set("onnx/model.onnx", encoder);
    files.set("config.json", Buffer.from('{"model_type":"bert"}'));
    expect(await refusal()).toMatch(/kind "bert"/);
    expect(paths().filter((path) => path.endsWith(".onnx"))).toEqual([]);
  });

  it("is larger than the room on the disk, which is said before anything large is fetched", async () => {
    hub.repositories.set("tiny/huge", { files: new Map(fixture), announced: new Map([[DECODER, 2 ** 50]]) });
    expect(await refusal("tiny/huge")).toMatch(/needs 11258\d\d\.\d GB more, and the disk has [\d.]+ GB: make room/);
    expect(paths().filter((path) => path.endsWith(".onnx"))).toEqual([]);
  });

  it.skipIf(!existsSync("/dev/full"))("does not fit on the disk", async () => {
    const folder = join(home(), "tiny/llava");
    await mkdir(join(folder, "onnx"), { recursive: true });
    await symlink("/dev/full", join(folder, `${DECODER}.part`));
    expect(await refusal()).toMatch(/^DOWNLOAD_FAILED: The disk is full: .*decoder_model_merged\.onnx did not fit/);
    expect(existsSync(join(folder, DECODER))).toBe(false);
  });
});

describe("precisions", () => {
  /** The vision part in two, the words in two others, the decoder in q4 alone, with two side files. */
  const several = () => {
    const files = new Map([...fixture].filter(([name]) => !name.startsWith("onnx/")));
    const copy = (from: string, ...to: string[]) => {
      for (const name of to) files.set(`onnx/${name}.onnx`, fixture.get(`onnx/${from}.onnx`)!);
    };
    copy("vision_encoder", "vision_encoder_q4", "vision_encoder_fp16", "vision_encoder_bnb4");
    copy("embed_tokens", "embed_tokens_q4", "embed_tokens_quantized");
    copy("decoder_model_merged", "decoder_model_merged_q4");
    for (const name of ["q4.onnx_data", "q4.onnx_data_1", "q4f16.onnx_data"])
      files.set(`onnx/decoder_model_merged_${name}`, Buffer.from(name));
    hub.repositories.set("tiny/several", { files });
  };
  const onnx = () => paths().filter((path) => path.startsWith("onnx/"));
  const DECODER_Q4 = ["q4.onnx_data", "q4.onnx_data_1", "q4.onnx"].map((end) => `onnx/decoder_model_merged_${end}`);

  it("are the best of each part, with the side files of that part alone", async () => {
    several();
    const folder = await modelFolder("tiny/several");
    expect(onnx()).toEqual(["onnx/vision_encoder_fp16.onnx", ...DECODER_Q4, "onnx/embed_tokens_quantized.onnx"]);
    expect(await answerOf(folder)).toBe(await answerOf(FIXTURE));
  });

  it("can be asked for: what was asked for first has the plain folder, which later calls use", async () => {
    several();
    const folder = await modelFolder("tiny/several", { precision: "q4" });
    expect(folder).toBe(join(home(), "tiny/several"));
    expect(onnx()).toEqual(["onnx/vision_encoder_q4.onnx", ...DECODER_Q4, "onnx/embed_tokens_q4.onnx"]);
    hub.fetched = [];
    expect(await modelFolder("tiny/several")).toBe(folder);
    expect(await modelFolder("tiny/several", { precision: "q4" })).toBe(folder);
    expect(hub.fetched).toEqual([]);
    expect(await answerOf(folder)).toBe(await answerOf(FIXTURE));
  });

  it("lie in folders of their own, because a folder is one model", async () => {
    several();
    const best = await modelFolder("tiny/several");
    const q4 = await modelFolder("tiny/several", { precision: "q4" });
    expect([best, q4]).toEqual([join(home(), "tiny/several"), join(home(), "tiny/several+q4")]);
    const of = async (folder: string) => (await filesIn(folder)).filter((name) => /vision.*onnx$/.test(name));
    expect([await of(best), await of(q4)]).toEqual([
      ["onnx/vision_encoder_fp16.onnx"],
      ["onnx/vision_encoder_q4.onnx"],
    ]);
  });

  it("that are missing are told from those that are there, before anything large is fetched", async () => {
    several();
    expect(await refusal("tiny/several", { precision: "fp16" })).toMatch(
      /^INVALID_INPUT: tiny\/several has no decoder_model_merged_fp16\.onnx; it has that part in q4: ask for/,
    );
    expect(await refusal("tiny/several", { precision: "int8" })).toMatch(
      /no vision_encoder_int8\.onnx; it has that part in fp16, q4, bnb4/,
    );
    expect(onnx()).toEqual([]);
  });
});
