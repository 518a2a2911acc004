import { beforeAll, expect, it } from "vitest";
import { GET } from "@/app/api/v1/saes/[model]/[sae]/explainers/route";
import { VERSIONS } from "@/lib/autointerp/explainers/versions";
import { scoreJob } from "@/lib/autointerp/job";
import { type NewScore, writeExplanations, writeScores } from "@/lib/autointerp/mutations";
import { explainOverviewSchema } from "@/lib/autointerp/overview/schema";
import { db } from "@/lib/db/client";
import { startRun } from "@/lib/jobs/start";
import { makeFeatures } from "../helpers/feature-rows";

const BY = { explainer: "self", explainerModel: "tiny", promptVersion: VERSIONS.self };
const NOTHING = { exemplars: [], support: [], runnersUp: [] };
const [VALUES, CONTROLS] = [
  [0.95, 1, 0.55, -0.2],
  [0.5, 0.45, null, 0.55],
];
let saeId: string;

const read = async () => {
  const params = Promise.resolve({ model: "m", sae: "s" });
  const response = await GET(new Request("http://localhost/api/v1/x"), { params });
  return explainOverviewSchema.parse(await response.json());
};

beforeAll(async () => {
  saeId = await makeFeatures(
    "m",
    "s",
    [0, 1, 2, 3, 4, 5].map((index) => ({ index, ...(index === 5 ? { status: "dead" } : {}) })),
  );
  const cost = { calls: 4, promptTokens: 800, completionTokens: 20, ms: 300 };
  const said = { kind: "object" as const, reason: null, evidence: NOTHING, cost };
  await writeExplanations(saeId, BY, [
    ...[0, 1, 2, 3].map((index) => ({ ...said, index, status: "explained" as const, text: `thing ${index}` })),
    { ...said, index: 4, status: "declined", text: null, cost: { ...cost, calls: 9 } },
  ]);
  const rows = await db().explanation.findMany({ where: { saeId, status: "explained" }, orderBy: { index: "asc" } });
  const scores = rows.map(
    ({ id, index }, i): NewScore => ({
      ...{ explanationId: id, index, value: VALUES[i] as number, control: CONTROLS[i] ?? null },
      ...{ lo: null, hi: null, n: 20, nMissing: 0, receipts: [] },
    }),
  );
  await writeScores(saeId, "iou", scores);
  const older = { ...BY, promptVersion: "self-0" };
  await writeExplanations(saeId, older, [{ ...said, index: 0, status: "explained", text: "thing", cost }]);
  await db().explanation.updateMany({ where: older, data: { createdAt: new Date(0) } });
});

it("shows how the attempts of an explainer ended, what they cost, and how its scores spread beside their controls", async () => {
  const { live, explained, explainers, offered, run, scoring } = await read();
  expect({ live, explained, run, scoring }).toEqual({ live: 5, explained: 4, run: null, scoring: null });
  expect(explainers.map((e) => [e.promptVersion, e.features])).toEqual([
    [VERSIONS.self, 5],
    ["self-0", 1],
  ]);
  const [own] = explainers;
  expect(own).toMatchObject({ explainer: "self", features: 5, statuses: { explained: 4, declined: 1 } });
  expect(own?.perFeature).toMatchObject({ calls: 5, promptTokens: 800 });
  // By its public name; what is below 0 counts to the lowest tenth, 1 to the highest.
  expect(own?.scores.localisation).toMatchObject({
    n: 4,
    values: [1, 0, 0, 0, 0, 1, 0, 0, 0, 2],
    controls: [0, 0, 0, 0, 1, 2, 0, 0, 0, 0],
  });
  expect(own?.scores.localisation?.mean).toBeCloseTo(0.575, 6);
  expect(own?.scores.localisation?.control).toBeCloseTo(0.5, 6);
  expect(offered.find((o) => o.explainer === "self")).toMatchObject({ measuredOn: 5, waiting: 0 });
  expect(offered.find((o) => o.explainer === "paper")).toMatchObject({ measuredOn: 0, waiting: 5 });
});

it("says of an explainer whose rules have changed that all features wait for it, and what the older one cost", async () => {
  await db().explanation.updateMany({ where: BY, data: { promptVersion: "self-1" } });
  const { explainers, offered } = await read();
  expect(explainers.map((e) => e.promptVersion)).toEqual(["self-1", "self-0"]);
  expect(offered.find((o) => o.explainer === "self")).toMatchObject({
    measuredOn: 5,
    waiting: 5,
    perFeature: { calls: 5 },
  });
});

it("knows the run that scores it, by its id or its address", async () => {
  const run = await startRun(scoreJob, { saeId: "m/s" });
  expect((await read()).scoring?.id).toBe(run.id);
  await db().run.update({ where: { id: run.id }, data: { state: "done" } });
  expect((await read()).scoring).toBeNull();
});
