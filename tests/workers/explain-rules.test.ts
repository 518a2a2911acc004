import { expect, it } from "vitest";
import { getCollectedSae, listScored } from "@/lib/autointerp/data";
import { captionsExplainer } from "@/lib/autointerp/explainers/captions";
import type { Explainer } from "@/lib/autointerp/explainers/explainer";
import { startExplain } from "@/lib/autointerp/mutations";
import { db } from "@/lib/db/client";
import { explainPass } from "@/workers/handlers/explain-pass";
import { makeExplainable } from "../helpers/explainable";

/** Captions that name nothing, which keeps a record of what it was asked about. */
function recording(asked: number[]): Explainer {
  const captions = captionsExplainer({ dataset: "none", captions: [], windows: [] });
  return {
    ...captions,
    explain: (features, context) => {
      asked.push(...features.map((f) => f.feature.index));
      return captions.explain(features, context);
    },
  };
}

const context = { sample: async () => ({ caption: "a dog.", tags: [], image: () => Promise.reject() }) };

async function explain(saeId: string, explainer: Explainer, features?: number[]) {
  const run = await startExplain({ saeId });
  const ctx = { run, signal: new AbortController().signal, progress: () => {}, saveCursor: async () => {} };
  return explainPass(ctx, await getCollectedSae(saeId), explainer, { ...context, signal: ctx.signal }, { features });
}

it("tells by a rule what fires everywhere, asking nobody, and the place of what nobody can name; neither is scored", async () => {
  const saeId = await makeExplainable(4, 20, "ruled");
  const set = (index: number, data: object) => db().feature.update({ where: { saeId_index: { saeId, index } }, data });
  await set(0, { flags: ["always_on"], densityImage: 0.41, densityText: 0.02 });
  await set(1, { flags: ["always_on"], densityImage: 0.01, densityText: 0.25, imageShare: 0.04 });
  await set(2, { flags: ["position"], positionMap: Uint8Array.of(0, 255, 0, 9) });
  const asked: number[] = [];
  const pass = await explain(saeId, recording(asked));
  expect(asked.sort()).toEqual([2, 3]);
  expect(pass).toMatchObject({ features: 4, cost: { calls: 0 } });
  const explanations = await db().explanation.findMany({ where: { saeId }, orderBy: { index: "asc" } });
  expect(explanations.map(({ status, text, kind }) => ({ status, text, kind }))).toEqual([
    { status: "explained", text: "many image patches", kind: "other" },
    { status: "explained", text: "many text tokens", kind: "other" },
    { status: "explained", text: "the top right of the image", kind: "position" },
    { status: "declined", text: null, kind: null },
  ]);
  expect(explanations[0]!.sentence).toContain("41 % of all image patches");
  expect(await listScored(saeId, { which: "all" })).toEqual([]);
  // Whoever names a feature has it asked about.
  asked.length = 0;
  await explain(saeId, recording(asked), [0, 2]);
  expect(asked.sort()).toEqual([0, 2]);
  const again = await db().explanation.findMany({ where: { saeId, index: { in: [0, 2] } } });
  expect(again.map((e) => e.status)).toEqual(["declined", "declined"]);
});
