// Scorers on planted features: the activation is the mask of a known concept, so it is known which explanations are true.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CellKeys } from "@/lib/autointerp/iou";
import { cellKeys } from "@/lib/autointerp/iou";
import { localReader } from "@/lib/autointerp/local-reader";
import type { Question, Reader } from "@/lib/autointerp/reader";
import { createRng } from "@/lib/core/rng";
import { samplesById } from "@/lib/datasets/data";
import { decodeMask, poolMask } from "@/lib/datasets/mask";
import { startIngest } from "@/lib/datasets/mutations";
import { db } from "@/lib/db/client";
import { type CorpusSample, listCorpus } from "@/lib/exemplars/data";
import { drainQueue } from "@/lib/jobs/worker";
import { openLanguageModel } from "@/lib/model/open";
import type { VisionLanguageModel } from "@/lib/model/types";
import { blobs } from "@/lib/storage/blobs";
import { type CheckInput, checkScorers } from "@/workers/handlers/score-check";
import { drawSilent, heldOutOf } from "@/workers/handlers/score-items";
import { Planted } from "@/workers/handlers/score-planted";
import { FOLDER, SLUG } from "../helpers/built-in";
import { shareWorldCache } from "../helpers/world-cache";

const SEED = 3;
const FEATURES = 14;
let model: VisionLanguageModel;
let input: Omit<CheckInput, "reader" | "ctx">;

const ctx = (id: string) =>
  ({
    run: { id },
    blobs: blobs(),
    signal: new AbortController().signal,
    progress: () => {},
  }) as unknown as CheckInput["ctx"];

async function truthOf(corpus: readonly CorpusSample[], rows: number, cols: number): Promise<CellKeys[]> {
  const samples = await samplesById(corpus.map((s) => s.id));
  return Promise.all(
    corpus.map(async ({ id, sha }) => {
      const truth = samples.get(id)?.truth;
      const mask = await blobs().get(`masks/${sha}`);
      return truth && "objects" in truth && mask ? cellKeys(truth, poolMask(decodeMask(mask), rows, cols)) : [];
    }),
  );
}

beforeAll(async () => {
  await shareWorldCache();
  await startIngest({ dataset: "scenes", source: { kind: "world", split: "test", from: 0, images: 500, texts: 0 } });
  await drainQueue((await import("@/workers/registry")).registry);
  model = await openLanguageModel(FOLDER, { slug: SLUG });
  const geometry = model.geometryFor({ width: 112, height: 112 });
  const corpus = await listCorpus((await db().dataset.findFirstOrThrow()).id);
  const truth = await truthOf(corpus, geometry.rows, geometry.cols);
  const images = corpus.map(({ id }, sample) => ({ sample, sampleId: id, cells: truth[sample] as CellKeys }));
  const planted = new Planted(images, 6, createRng(SEED, "test"));
  const features = createRng(SEED, "some")
    .shuffle([...planted.features])
    .slice(0, FEATURES);
  const codes = async function* () {
    yield* planted.codes();
  };
  const silent = await drawSilent(features, planted.keys.length, corpus, codes(), SEED);
  const heldOut = new Map(features.map((f) => [f.index, heldOutOf(planted.exemplars(f.index), silent.get(f.index)!)]));
  const known = features.map((feature) => ({ feature, key: planted.keys[feature.index] as string }));
  input = { geometry, corpus, codes, heldOut, known, seed: SEED, fuzzing: true };
}, 180_000);

afterAll(() => model?.dispose());

/** A model behind an endpoint that says the same to everything. */
const saying = (text: string): Reader => ({
  ...{ model: "constant", mostImages: 8, instructed: true },
  ask: async (questions: readonly Question[]) =>
    questions.map(() => ({ state: "answered" as const, text, promptTokens: 1, completionTokens: 1, ms: 0 })),
});

describe("scorers", () => {
  it("tell true explanations from false ones, and controls sit at chance", async () => {
    const { detection, fuzzing } = await checkScorers({ ...input, ctx: ctx("check"), reader: localReader(model) });
    expect(detection.nTrue).toBeGreaterThan(8);
    expect(detection.auroc).toBeGreaterThanOrEqual(0.9);
    expect(fuzzing!.auroc).toBeGreaterThanOrEqual(0.85);
    for (const { control } of [detection, fuzzing!]) expect(Math.abs(control! - 0.5)).toBeLessThan(0.1);
  }, 180_000);

  it.each(["Yes.", "No."])("give exactly one half to a judge that always says “%s”", async (answer) => {
    const { detection, fuzzing } = await checkScorers({ ...input, ctx: ctx(answer), reader: saying(answer) });
    for (const { scores, auroc } of [detection, fuzzing!]) {
      expect(scores.length).toBeGreaterThan(10);
      for (const { value } of scores) expect(value).toBe(0.5);
      expect(auroc).toBe(0.5);
    }
  });

  it("have no score from a judge that cannot be read", async () => {
    const { detection, fuzzing } = await checkScorers({
      ...input,
      ctx: ctx("mute"),
      reader: saying("I would rather not."),
    });
    expect([detection.nTrue, fuzzing!.nTrue]).toEqual([0, 0]);
  });
});
