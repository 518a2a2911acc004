import { expect, it } from "vitest";
import { getCollectedSae, listScored } from "@/lib/autointerp/data";
import { captionsExplainer } from "@/lib/autointerp/explainers/captions";
import type { Explainer } from "@/lib/autointerp/explainers/explainer";
import { startExplain } from "@/lib/autointerp/mutations";
import { db } from "@/lib/db/client";
import { explainPass } from "@/workers/handlers/explain-pass";
import { makeExplainable } from "../helpers/explainable";

const near = (...indices: number[]) => ({ neighbours: indices.map((index) => ({ index, cosine: 0.97 })) });

it("explains one of several features that fire on the same things, of one batch or of several under way, unless it is declined", async () => {
  const saeId = await makeExplainable(40, 20, "twins");
  const set = (index: number, data: object) => db().feature.update({ where: { saeId_index: { saeId, index } }, data });
  // The densest come first: 0 and 1 in one batch, 2 and 39 in different ones. 4 and 5 have nothing to be called by.
  for (const [a, b] of [
    [0, 1],
    [2, 39],
    [4, 5],
  ] as const) {
    await set(a, near(b));
    await set(b, near(a));
  }
  await set(6, { neighbours: [{ index: 0, cosine: 0.9 }] });
  for (const batches of [undefined, { size: 1, atOnce: 6 }]) {
    const asked: number[] = [];
    const pass = await explain(saeId, naming(asked, batches));
    expect(asked.sort((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, i) => i).filter((i) => i !== 1 && i !== 39),
    );
    expect(pass).toMatchObject({
      features: 40,
      copied: 2,
      statuses: { explained: 38, declined: 2 },
      cost: { calls: 38 },
    });
    const rows = await db().explanation.findMany({
      where: { saeId, index: { in: [1, 39] } },
      orderBy: { index: "asc" },
    });
    expect(rows.map((e) => [e.text, (e.evidence as { sameAs?: number }).sameAs])).toEqual([
      ["thing 0", 0],
      ["thing 2", 2],
    ]);
    // Whoever names a feature has it asked about, its twin or not.
    asked.length = 0;
    await explain(saeId, naming(asked, batches), [1]);
    expect(asked).toEqual([1]);
    await db().explanation.deleteMany({ where: { saeId } });
  }
});

/** Calls each feature by its number, but for 4 and 5; keeps a record of what it was asked about. */
function naming(asked: number[], batches?: Explainer["batches"]): Explainer {
  return {
    ...{ name: "self", model: "m", promptVersion: "1", wants: { images: 1, texts: 1 } },
    ...(batches ? { batches } : {}),
    explain: async (features) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return features.map(({ feature: { index } }) => {
        asked.push(index);
        const named = index !== 4 && index !== 5;
        return {
          ...{ index, status: named ? "explained" : "declined", text: named ? `thing ${index}` : null, kind: null },
          ...{ reason: named ? null : "no", evidence: { exemplars: [], support: [], runnersUp: [] } },
          cost: { calls: 1, promptTokens: 1, completionTokens: 1, ms: 1 },
        };
      });
    },
  };
}

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
