import { beforeAll, describe, expect, it } from "vitest";
import { GET as getFeature } from "@/app/api/v1/features/[model]/[sae]/[index]/route";
import { GET as getScore } from "@/app/api/v1/scores/[id]/route";
import { writeScores } from "@/lib/autointerp/mutations";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { makeFeatures } from "../helpers/feature-rows";

const at = { model: "m", sae: "s", index: "0" };
const NONE = { lo: null, hi: null, control: null, nMissing: 0 };
const REGION = { rows: 2, cols: 2, cells: Buffer.from([0b0110]).toString("base64") };
let saeId: string;
let explanationId: string;
let sampleId: number;

async function read(
  handler: (request: Request, context: { params: Promise<never> }) => Promise<Response>,
  params: object,
) {
  const response = await handler(new Request("http://localhost/api/v1/x"), {
    params: Promise.resolve(params as never),
  });
  return { status: response.status, json: await response.json() };
}

beforeAll(async () => {
  saeId = await makeFeatures("m", "s", [{ index: 0, label: "fries" }]);
  explanationId = newId("explanation");
  await db().explanation.create({
    data: {
      ...{ id: explanationId, saeId, index: 0, text: "fries", status: "explained", explainer: "self" },
      ...{ promptVersion: "1", evidence: {}, cost: {}, isLabel: true },
    },
  });
  const dataset = await db().dataset.create({
    data: {
      ...{ id: newId("dataset"), slug: "d", title: "d", licence: "CC0", source: "test", hash: "h" },
      ...{ config: {}, tags: {} },
    },
  });
  const sample = await db().sample.create({
    data: { datasetId: dataset.id, ordinal: 0, sha: "ab".repeat(32), kind: "image", width: 300, height: 200, tags: [] },
  });
  sampleId = sample.id;
});

describe("scores", () => {
  it("of an explanation stand with it, those of the feature alone beside, and a second run replaces them", async () => {
    const item = { sampleId, kind: "image" as const, band: "top" };
    const judged = { region: REGION, question: "is there a chip?", expected: true, answered: true };
    for (const value of [0.4, 0.8]) {
      await writeScores(saeId, "fuzzing", [
        {
          ...{ explanationId, index: 0, ...NONE, value, control: 0.5, n: 1 },
          receipts: [{ ...judged, item: { ...item, role: "positive" }, right: true }],
        },
      ]);
      await writeScores(saeId, "intruder", [
        {
          ...{ explanationId: null, index: 0, ...NONE, value, n: 1 },
          receipts: [
            {
              ...{ ...judged, item: { ...item, role: "intruder" }, trial: 1, said: "a dog.", picked: 0.5 },
              right: false,
            },
          ],
        },
      ]);
    }
    expect(await db().score.count({ where: { saeId } })).toBe(2);
    const { json } = await read(getFeature, at);
    expect(json.scores).toMatchObject({ fuzzing: { value: expect.closeTo(0.8, 5), control: 0.5 } });
    expect(Object.keys(json.explanations[0].scores)).toEqual(["fuzzing"]);
    expect(json.ownScores).toMatchObject({ intruder: { value: expect.closeTo(0.8, 5), control: null, n: 1 } });

    const fuzzing = await read(getScore, { id: json.explanations[0].scores.fuzzing.id });
    expect(fuzzing.json.receipts).toMatchObject([
      { role: "positive", answered: "yes", region: { ...REGION, affine: [300, 0, 0, 200, 0, 0] }, trial: null },
    ]);
    const intruder = await read(getScore, { id: json.ownScores.intruder.id });
    expect(intruder.json.receipts).toMatchObject([{ trial: 1, said: "a dog.", picked: 0.5, simulated: null }]);
  });

  it("of a simulation come with what each token did and what was foretold", async () => {
    const told = { tokens: ["hot", " fries"], actual: [0, 8], predicted: [0, 10] };
    await writeScores(saeId, "simulation", [
      {
        ...{ explanationId, index: 0, ...NONE, value: -0.2, n: 1 },
        receipts: [
          {
            ...{ item: { sampleId, kind: "text", role: "positive", band: "top" }, ...told, question: "fries" },
            ...{ expected: "fries", answered: null, right: null },
          },
        ],
      },
    ]);
    const { json } = await read(getFeature, at);
    expect(Object.keys(json.explanations[0].scores)).toEqual(["fuzzing", "simulation"]);
    const score = await read(getScore, { id: json.explanations[0].scores.simulation.id });
    expect(score.json).toMatchObject({ scorer: "simulation", receipts: [{ simulated: told, text: null }] });
  });
});
