import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { worldExamples } from "@/lib/datasets/world-examples";
import { readGraph } from "@/lib/model/files";
import { openLanguageModel } from "@/lib/model/open";
import type { TapInput, VisionLanguageModel } from "@/lib/model/types";
import { encodeModel } from "@/lib/onnx/codec";
import { residualSites } from "@/lib/onnx/sites";
import { ceOfExample, measureCe } from "@/lib/sae/ce-recovered";
import { createCeSums, mergeCeSums, reportCe } from "@/lib/sae/ce-sums";
import { scoredTokens } from "@/lib/sae/ce-targets";
import { disposeSharedEncoder } from "@/lib/sae/encode";
import { reconstruct } from "@/lib/sae/reconstruct";
import type { Sae } from "@/lib/sae/sae";
import { isLeft, type SiteMeans, siteMeans } from "@/lib/sae/site-means";
import { loadSae } from "@/lib/sae/sparsify";
import { spliceSae } from "@/lib/sae/splice";
import { row } from "@/lib/tensor/matrix";
import { openAtlas } from "@/lib/world/atlas";
import { SPLITS } from "@/lib/world/scene";

const FOLDER = "models/tiny-llava-emoji";
const SITE = "layers.4.resid_post";
const D = 256;

let model: VisionLanguageModel;
let examples: () => Iterable<TapInput>;
let means: SiteMeans;

beforeAll(async () => {
  model = await openLanguageModel(FOLDER);
  const atlas = await openAtlas(join(import.meta.dirname, "../../.cache"));
  const drawn = [...worldExamples(atlas, { from: SPLITS.validation + 7_000_000, count: 3 })()];
  const said: TapInput = {
    messages: [
      { role: "user", content: "what is cheese made of?" },
      { role: "assistant", content: "cheese is made of milk." },
    ],
  };
  examples = () => [...drawn, said];
  means = await siteMeans(model, SITE, examples);
}, 120_000);
afterAll(async () => {
  await disposeSharedEncoder();
  await model?.dispose();
});

/** n = 2 d latents +-e_j of which d are kept: every row passes unchanged. */
function identity(): Sae {
  const both = new Float32Array(2 * D * D);
  for (let i = 0; i < 2 * D; i++) both[i * D + (i % D)] = i < D ? 1 : -1;
  return { ...nothing(new Float32Array(D)), n: 2 * D, k: D, W: both, D: both, beta: new Float32Array(2 * D) };
}

/** Says `c`, whatever it reads. */
function nothing(c: Float32Array): Sae {
  const zeros = new Float32Array(D);
  const provenance = { format: "fovea", extra: {}, notices: [] };
  return {
    d: D,
    n: 1,
    k: 1,
    W: zeros,
    beta: new Float32Array(1),
    D: zeros,
    c,
    theta: -1,
    activation: "topk",
    provenance,
  };
}

const measure = (sae: Sae) => measureCe({ model, site: SITE, sae, examples, mean: means });

describe("cross-entropy recovered", () => {
  it("is 1 for an SAE that changes nothing, with no divergence", async () => {
    const report = await measure(identity());
    expect(report.examples).toBe(4);
    for (const scope of [report.image, report.text, report.all]) {
      for (const figures of [scope.answer!, scope.text!]) {
        expect(figures.ce_recovered_zero).toBeCloseTo(1, 5);
        expect(figures.ce_recovered_mean).toBeCloseTo(1, 5);
        expect(figures.kl_recovered_zero).toBeCloseTo(1, 5);
        expect(figures.kl.sae).toBeLessThan(1e-5);
      }
    }
  });

  it("is 0 against zeros for an SAE that says zero, and 0 against the mean for one that says the mean", async () => {
    const zero = (await measure(nothing(new Float32Array(D)))).all.answer!;
    expect(zero.ce_recovered_zero).toBeCloseTo(0, 6);
    expect(zero.ce.sae).toBeCloseTo(zero.ce.zero, 6);
    const mean = (await measure(nothing(Float32Array.from(means.image!)))).image.answer!;
    expect(mean.ce_recovered_mean).toBeCloseTo(0, 5);
    expect(mean.kl_recovered_mean).toBeCloseTo(0, 5);
  });

  it("lies between for the shipped SAE", async () => {
    const report = await measure(await loadSae(`${FOLDER}/saes/4-res-4k`));
    for (const scope of [report.image, report.text, report.all]) {
      expect(scope.answer!.kl_recovered_zero).toBeGreaterThan(0.5);
      expect(scope.answer!.kl_recovered_zero).toBeLessThan(1);
      expect(scope.text!.tokens).toBeGreaterThan(scope.answer!.tokens);
    }
  });

  it("states the clean cross-entropy that forcing the answer gives, end token included", async () => {
    const [input] = [...examples()].slice(-1) as [TapInput];
    const sums = await ceOfExample({ model, site: SITE, sae: identity(), mean: means }, input);
    const { tokens, scored } = scoredTokens(model, input);
    const forced = scored.filter(({ answer }) => answer).map(({ id }) => id);
    expect(forced.length).toBe(model.tokenize(" cheese is made of milk.").length + 1);
    expect(tokens[scored.findLast(({ answer }) => answer)!.position]!.kind).toBe("special");
    let nats = 0;
    const stream = model.generateVersions({ messages: input.messages.slice(0, 1), versions: [{ edits: [], forced }] });
    for await (const { logprob } of stream) nats -= logprob;
    expect(sums.cells.all.answer.clean).toBeCloseTo(nats, 4);
    expect(sums.cells.all.answer.tokens).toBe(forced.length);
    expect(sums.cells.image.answer.tokens).toBe(0);
  });

  it("takes the divergence over the whole vocabulary, as written out", async () => {
    const [input] = examples() as TapInput[];
    const sums = await ceOfExample({ model, site: SITE, sae: identity(), mean: means }, input!);
    const { scored } = scoredTokens(model, input!);
    const zeroAtText = {
      site: SITE,
      apply: (
        hidden: Parameters<ReturnType<typeof reconstruct>["apply"]>[0],
        places: Parameters<ReturnType<typeof reconstruct>["apply"]>[1],
      ) => {
        for (let r = 0; r < hidden.rows; r++) {
          const place = places[r]!;
          if (place.span !== "image" && !isLeft(SITE, means, place, row(hidden, r))) row(hidden, r).fill(0);
        }
      },
    };
    const [clean, other] = await all(model.versionLogits({ ...input!, versions: [[], [zeroAtText]] }));
    let [kl, ce] = [0, 0];
    for (const { position, id } of scored) {
      const [p, q] = [clean!, other!].map((logits) => softmax(row(logits, position - 1)));
      p!.forEach((share, v) => {
        if (share > 0) kl += share * Math.log(share / q![v]!);
      });
      ce -= Math.log(q![id]!);
    }
    expect(sums.cells.text.text.kl.zero).toBeCloseTo(kl, 3);
    expect(sums.cells.text.text.ce.zero).toBeCloseTo(ce, 3);
  });

  it("adds up: parts of the examples merge to the whole", async () => {
    const parts: ReturnType<typeof createCeSums>[] = [];
    const whole = await measureCe({
      model,
      site: SITE,
      sae: nothing(new Float32Array(D)),
      examples,
      mean: means,
      onExample: (sums) => parts.push(sums),
    });
    const merged = createCeSums();
    for (const part of parts.reverse()) mergeCeSums(merged, part);
    expect(reportCe(merged).all.text!.ce.mean).toBeCloseTo(whole.all.text!.ce.mean, 10);
    expect(reportCe(createCeSums()).all.text).toBeNull();
  });
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const softmax = (logits: Float32Array): number[] => {
  const top = Math.max(...logits);
  const shares = Array.from(logits, (value) => Math.exp(value - top));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
};

describe("replacing hidden states between two halves of the model", () => {
  it("is what a graph with the SAE spliced in gives", async () => {
    const folder = await mkdtemp(join(tmpdir(), "fovea-spliced-"));
    const sae = await loadSae(`${FOLDER}/saes/4-res-4k`);
    for (const name of [
      "config.json",
      "generation_config.json",
      "preprocessor_config.json",
      "processor_config.json",
      "tokenizer.json",
      "tokenizer_config.json",
    ]) {
      await symlink(resolve(FOLDER, name), join(folder, name));
    }
    await cp(join(FOLDER, "onnx"), join(folder, "onnx"), { recursive: true });
    const path = join(FOLDER, "onnx/decoder_model_merged.onnx");
    const graph = await readGraph(path);
    const { tensor } = residualSites(graph, "").find(({ name }) => name === SITE)!;
    await writeFile(join(folder, "onnx/decoder_model_merged.onnx"), encodeModel(spliceSae(graph, tensor, sae)));
    const spliced = await openLanguageModel(folder);
    try {
      const [input] = examples() as TapInput[];
      const [expected] = await all(spliced.versionLogits({ ...input!, versions: [[]], from: 190 }));
      const [found] = await all(model.versionLogits({ ...input!, versions: [[reconstruct(SITE, sae)]], from: 190 }));
      expect(found!.data.length).toBe(expected!.data.length);
      let worst = 0;
      for (let i = 0; i < found!.data.length; i++)
        worst = Math.max(worst, Math.abs(found!.data[i]! - expected!.data[i]!));
      expect(worst).toBeLessThan(2e-3);
    } finally {
      await spliced.dispose();
      await rm(folder, { recursive: true });
    }
  });

  it("works in the vision tower, where every row is of the image", async () => {
    const site = "vision.layers.1.resid_post";
    const few = () => (examples() as TapInput[]).slice(0, 1);
    const d = model.siteWidth(site);
    const zeros = new Float32Array(d);
    const sae = { ...nothing(zeros), d, W: zeros, D: zeros };
    const report = await measureCe({ model, site, sae, examples: few });
    expect(report.text.answer).toBeNull();
    expect(report.all.answer).toEqual(report.image.answer);
    expect(report.image.answer!.ce_recovered_zero).toBeCloseTo(0, 6);
    expect(report.image.answer!.ce.zero).toBeGreaterThan(report.image.answer!.ce.clean);
  });
});
