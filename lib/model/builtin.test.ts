import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openLanguageModel } from "@/lib/model/open";
import type { VisionLanguageModel } from "@/lib/model/types";
import { compareAnswers, compareHidden, type GoldenAnswer, readAnswers } from "@/tests/parity/golden";

const FOLDER = "models/tiny-llava-emoji";
const DATA = "tests/golden/tiny-llava-emoji";
const END_TOKEN = 2;

// The whole set of 200 questions is measured by tests/parity/run.ts; a few of them guard every commit.
describe.skipIf(!existsSync(`${DATA}/answers.jsonl`))("the built-in model against PyTorch", () => {
  let model: VisionLanguageModel;
  let goldens: GoldenAnswer[];

  beforeAll(async () => {
    model = await openLanguageModel(FOLDER);
    goldens = await readAnswers(DATA, 112);
  });
  afterAll(() => model.dispose());

  it("has the same hidden states at every site and gives the same answers", async () => {
    const { errors, newTokens } = await compareHidden(model, goldens, DATA);
    expect(new Set(errors.map(({ site }) => site))).toEqual(new Set(model.sites));
    for (const { site, error } of errors) expect([site, error < 1e-4]).toEqual([site, true]);
    const results = await compareAnswers(model, goldens.slice(0, 16), END_TOKEN, newTokens);
    expect(results.filter(({ equal }) => equal).length).toBeGreaterThanOrEqual(15);
  }, 60_000);
});
