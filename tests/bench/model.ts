/**
 * What reading and steering cost, as ratios within one run: medians of a tap at each site against the whole forward pass,
 * and tokens a second of plain and steered answers against transformers.js's own plain generation.
 *
 *     npx tsx --conditions=react-server tests/bench/model.ts [model folder]
 */
import { resolve } from "node:path";
import { AutoProcessor, LlavaForConditionalGeneration, RawImage } from "@huggingface/transformers";
import { createRng } from "@/lib/core/rng";
import { addDelta } from "@/lib/model/edits";
import { openLanguageModel } from "@/lib/model/open";
import type { SiteEdit, TapInput } from "@/lib/model/types";

// Absolute, since transformers.js takes two words with a slash for a name on its hub.
const folder = resolve(process.argv[2] ?? "models/tiny-llava-emoji");
const ROUNDS = 15;
const MAX_TOKENS = 24;
const QUESTION = "describe the image.";

const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[list.length >> 1] as number;
const print = (line: string) => process.stdout.write(`${line}\n`);

const model = await openLanguageModel(folder);
const { width, height } = { width: 112, height: 112 };
/** A new picture each time: image features are kept by content, and a kept one would flatter. */
function input(seed: number): TapInput & { image: { width: number; height: number; data: Uint8Array } } {
  const rng = createRng(seed, "bench");
  const data = Uint8Array.from({ length: width * height * 3 }, () => rng.int(256));
  return { image: { width, height, data }, messages: [{ role: "user", content: QUESTION, image: true }] };
}

const times = new Map<string, number[]>();
/** Adds to a list that begins with its first value. */
function add(lists: Map<string, number[]>, name: string, value: number): void {
  lists.set(name, [...(lists.get(name) ?? []), value]);
}
async function time(name: string, work: () => Promise<unknown>, keep: boolean): Promise<void> {
  const start = performance.now();
  await work();
  if (keep) add(times, name, performance.now() - start);
}

// The whole pass is the last site and the head: one new token.
const decoderSites = model.sites.filter((site) => !site.startsWith("vision."));
for (let round = -2; round < ROUNDS; round++) {
  for (const [i, site] of decoderSites.entries()) {
    await time(site, () => model.tap([input(1000 * i + round + 2)], site), round >= 0);
  }
  await time("forward", () => model.generateBatch([input(9000 + round + 2)], { maxTokens: 1 }), round >= 0);
}
const whole = median(times.get("forward") as number[]);
print(`whole forward pass ${whole.toFixed(1)} ms`);
for (const site of decoderSites) {
  const part = median(times.get(site) as number[]);
  print(`tap ${site.padEnd(20)} ${part.toFixed(1)} ms, ${(part / whole).toFixed(2)} of it`);
}

const [theirs, processor] = await Promise.all([
  LlavaForConditionalGeneration.from_pretrained(folder, { dtype: "fp32", local_files_only: true }),
  AutoProcessor.from_pretrained(folder, { local_files_only: true }),
]);
const content = [{ type: "image" }, { type: "text", text: QUESTION }];
const text = processor.apply_chat_template([{ role: "user", content }] as never, { add_generation_prompt: true });

/** Tokens that were computed: the end token is one, though it is no part of the answer. */
async function ours(seed: number, edits: readonly SiteEdit[]): Promise<number> {
  const stream = model.generate({ ...input(seed), maxTokens: MAX_TOKENS, edits });
  for (;;) {
    const { done, value } = await stream.next();
    if (done) return value.ids.length + (value.finish === "stop" ? 1 : 0);
  }
}

async function plainOfTransformers(seed: number): Promise<number> {
  const { data } = input(seed).image;
  const inputs = await processor(new RawImage(data, width, height, 3), text);
  const output = await theirs.generate({ ...inputs, max_new_tokens: MAX_TOKENS, do_sample: false });
  const [, total = 0] = (output as { dims: number[] }).dims;
  return total - (inputs as { input_ids: { dims: number[] } }).input_ids.dims[1]!;
}

const site = decoderSites[Math.floor((decoderSites.length * 3) / 4)] as string;
const edit = addDelta(site, new Float32Array(model.siteWidth(site)).fill(1e-4));
const speeds = new Map<string, number[]>();
for (let round = -2; round < ROUNDS; round++) {
  const seed = 20_000 + round;
  for (const [name, run] of [
    ["transformers.js, plain", () => plainOfTransformers(seed)],
    ["Fovea, plain", () => ours(seed, [])],
    [`Fovea, steered at ${site}`, () => ours(seed, [edit])],
  ] as const) {
    const start = performance.now();
    const tokens = await run();
    if (round >= 0) add(speeds, name, (1000 * tokens) / (performance.now() - start));
  }
}
const baseline = median(speeds.get("transformers.js, plain") as number[]);
for (const [name, list] of speeds) {
  print(`${name}: ${median(list).toFixed(1)} tokens/s, ${(median(list) / baseline).toFixed(2)} of transformers.js`);
}
await model.dispose();
await (theirs as { dispose(): Promise<unknown> }).dispose();
