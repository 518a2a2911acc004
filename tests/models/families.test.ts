import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSafetensors, type Safetensors } from "@/lib/formats/safetensors";
import { addDelta } from "@/lib/model/edits";
import { openLanguageModel } from "@/lib/model/open";
import type { ChatMessage, Generation, Place, TapInput, VisionLanguageModel } from "@/lib/model/types";
import { expectBoxes, goldenImage, relativeError } from "../helpers/golden";

// Golden values from PyTorch: tests/fixtures/families/make.py.
const FAMILIES = [
  "tiny-llava-clip",
  "tiny-llava-next",
  "tiny-llava-onevision",
  "tiny-qwen2-vl",
  "tiny-qwen2-5-vl",
  "tiny-idefics3",
  "tiny-llama",
  "tiny-llama-merged",
];

interface Case {
  name: string;
  input: TapInput;
  plus: number;
  minus: number;
  answer: string;
}

interface Steering {
  site: string;
  positions: "all" | "image";
  key: string;
  delta: string;
  cases: string[];
}

async function allVersions(stream: AsyncGenerator<unknown, Generation[]>): Promise<Generation[]> {
  for (;;) {
    const { done, value } = await stream.next();
    if (done) return value;
  }
}

describe.each(FAMILIES)("%s against PyTorch", (family) => {
  const folder = `tests/fixtures/${family}`;
  let golden: Safetensors;
  let model: VisionLanguageModel;
  let cases: Case[];
  let steering: Steering[];
  let newTokens: number;

  beforeAll(async () => {
    golden = await openSafetensors(`${folder}/golden.safetensors`);
    model = await openLanguageModel(folder, { threads: 1 });
    const file = JSON.parse(await readFile(`${folder}/golden.json`, "utf8"));
    newTokens = file.new_tokens;
    steering = file.steering;
    cases = await Promise.all(
      file.cases.map(async (entry: { image?: number; messages?: ChatMessage[]; raw?: string } & Case) => ({
        ...entry,
        input: {
          messages: entry.messages ?? [],
          ...(entry.raw === undefined ? {} : { raw: entry.raw }),
          ...(entry.image === undefined ? {} : { image: await goldenImage(golden, entry.image) }),
        },
      })),
    );
  });
  afterAll(async () => {
    await model.dispose();
    await golden.close();
  });

  const ids = async (name: string) => Array.from(await golden.readIntegers(name));
  const sitesOf = (input: TapInput) => model.sites.filter((site) => input.image || !site.startsWith("vision."));

  it("makes the same prompts and knows what each image token sees", async () => {
    for (const { name, input } of cases) {
      const tokens = model.promptTokens(input);
      expect(tokens.map((token) => token.id)).toEqual(await ids(`${name}.input_ids`));
      if (!input.image) continue;
      const seen = tokens.filter((token) => token.kind === "image");
      expectBoxes(
        seen.map((token) => token.box),
        await golden.readFloat32(`${name}.boxes`),
      );
    }
  });

  it("has the same hidden states at every site, alone and in batches", async () => {
    for (const site of model.sites) {
      const some = cases.filter(({ input }) => sitesOf(input).includes(site));
      const taps = await model.tap(
        [...some, ...some].map(({ input }) => input),
        site,
      );
      for (const [i, { acts, tokens }] of taps.entries()) {
        const { name } = some[i % some.length]!;
        expect(relativeError(acts.data, await golden.readFloat32(`${name}.${site}`))).toBeLessThan(1e-4);
        expect([acts.rows, acts.cols]).toEqual([tokens.length, model.siteWidth(site)]);
        if (site.startsWith("vision.")) {
          expectBoxes(
            tokens.map((token) => token.box),
            await golden.readFloat32(`${name}.vision.boxes`),
          );
        }
      }
    }
  });

  it("has autograd's gradients of a logit difference at every site", async () => {
    for (const { name, input, plus, minus } of cases) {
      const logits = await golden.readFloat32(`${name}.logits`);
      for (const site of sitesOf(input)) {
        const { acts, tokens, value } = await model.gradient(input, site, { plus, minus });
        expect(relativeError(acts.data, await golden.readFloat32(`${name}.grad.${site}`))).toBeLessThan(1e-3);
        expect(acts.rows).toBe(tokens.length);
        expect(value).toBeCloseTo(logits[plus]! - logits[minus]!, 3);
        expect(await model.undifferentiable(site)).toEqual([]);
      }
    }
  });

  it("has the gradients of a site from the hidden states there, also of an answer's log-probability", async () => {
    const { name, input, plus, minus } = cases.at(-1)!;
    const ids = (await model.generateBatch([input], { maxTokens: 3 }))[0]!.ids;
    for (const site of model.sites.filter((some) => !some.startsWith("vision."))) {
      const [tap] = await model.tap([input], site);
      const other = { ...tap!.acts, data: tap!.acts.data.map((value, i) => value + 0.1 * (i % 3)) };
      const of = { kind: "logit", plus, minus } as const;
      const [clean, moved] = await model.siteGradients(input, site, [tap!.acts, other], of);
      const want = await golden.readFloat32(`${name}.grad.${site}`);
      expect(relativeError(clean!.gradient.data, want)).toBeLessThan(1e-3);
      expect(moved!.value).not.toBe(clean!.value);
      // Of a whole answer: against finite differences along a direction.
      const answer = { kind: "answer", ids } as const;
      const step = 1e-2;
      const shift = (by: number) => ({
        ...tap!.acts,
        data: tap!.acts.data.map((value, i) => value + by * (((i * 7) % 5) - 2)),
      });
      const [at, up, down] = await model.siteGradients(input, site, [shift(0), shift(step), shift(-step)], answer);
      const slope = at!.gradient.data.reduce((sum, value, i) => sum + value * (((i * 7) % 5) - 2), 0);
      const measured = (up!.value - down!.value) / (2 * step);
      expect(Math.abs(slope - measured)).toBeLessThan(0.02 * Math.max(1, Math.abs(slope)));
    }
  });

  it("answers greedily with the same tokens, streamed and in a batch, also with a delta of zero", async () => {
    const answers = await model.generateBatch(
      cases.map(({ input }) => input),
      { maxTokens: newTokens },
    );
    const edits = model.sites.map((site) => addDelta(site, new Float32Array(model.siteWidth(site))));
    for (const [i, { name, input }] of cases.entries()) {
      const want = await ids(`${name}.greedy`);
      expect(answers[i]!.ids).toEqual(want);
      for (const some of [[], edits]) {
        const got = [];
        for await (const { id } of model.generate({ ...input, maxTokens: newTokens, edits: some })) got.push(id);
        expect(got).toEqual(want);
      }
    }
  });

  it("answers with a delta as PyTorch does with a forward hook", async () => {
    expect(steering.length).toBeGreaterThan(1);
    for (const { site, positions, key, delta, cases: names } of steering) {
      const where = positions === "image" ? ({ span }: Place) => span === "image" : undefined;
      const edit = addDelta(site, await golden.readFloat32(delta), where);
      const some = cases.filter(({ name }) => names.includes(name));
      const batch = await model.generateBatch(
        some.map(({ input }) => input),
        { maxTokens: newTokens, edits: [edit] },
      );
      for (const [i, { name, input }] of some.entries()) {
        const want = await ids(`${name}.${key}.${site}`);
        const got = [];
        for await (const { id } of model.generate({ ...input, maxTokens: newTokens, edits: [edit] })) got.push(id);
        expect(got).toEqual(want);
        const greedy = await ids(`${name}.greedy`);
        // Plainly, made to say the greedy answer, and steered, all at once.
        const versions = [
          ...[{ edits: [] }, { edits: [], forced: greedy }, { edits: [edit] }],
          { edits: [edit], forced: want },
        ];
        const together = await allVersions(model.generateVersions({ ...input, maxTokens: newTokens, versions }));
        expect(together.map(({ ids: some }) => some)).toEqual([greedy, greedy, want, want]);
        // Read in one pass, a given answer is as likely as when it was made token by token.
        expect(together[1]!.logprob).toBeCloseTo(together[0]!.logprob, 3);
        expect(together[3]!.logprob).toBeCloseTo(together[2]!.logprob, 3);
        expect(batch[i]!.ids).toEqual(want);
        // The last token of the prompt is the same one, whether it is read alone, in a batch or in versions. Later tokens of
        // answers that no fixture was chosen for may hang on a rounding.
        const atLast = addDelta(site, await golden.readFloat32(delta), ({ last }) => last === true);
        const [inBatch] = await model.generateBatch([input], { maxTokens: newTokens, edits: [atLast] });
        const [inVersions] = await allVersions(
          model.generateVersions({ ...input, maxTokens: newTokens, versions: [{ edits: [atLast] }] }),
        );
        const alone = [];
        for await (const { id } of model.generate({ ...input, maxTokens: newTokens, edits: [atLast] })) alone.push(id);
        const first = [alone, inBatch!.ids, inVersions!.ids].map((some) => some.slice(0, 2));
        expect(first).toEqual([first[0], first[0], first[0]]);
        expect(want).not.toEqual(await ids(`${name}.greedy`));
      }
    }
  });
});
