import { expect, it } from "vitest";
import { estimateOf, mostQuestions } from "./format";
import type { ExplainOverview } from "./schema";

const each = { calls: 2, promptTokens: 90, completionTokens: 10, ms: 50 };
const offered = [
  { explainer: "pipeline" as const, perFeature: each, measuredOn: 5, waiting: 1000 },
  { explainer: "captions" as const, perFeature: { ...each, calls: 0, promptTokens: 0 }, measuredOn: 0, waiting: 1000 },
];

it("counts what explaining costs up to the limit, and up to the budget where that comes first", () => {
  const of = (limit: number | null, budget?: { calls?: number; tokens?: number }) =>
    estimateOf({ offered, price: null }, "pipeline", limit, budget);
  expect(of(null)).toMatchObject({ features: 1000, calls: 2000, promptTokens: 90_000, ms: 50_000, short: false });
  expect(of(100)).toMatchObject({ features: 100, calls: 200, short: false, measured: true });
  expect(of(100, { calls: 50 })).toMatchObject({ features: 25, calls: 50, short: true });
  expect(of(100, { tokens: 999 })).toMatchObject({ features: 9, completionTokens: 90, short: true });
  expect(of(100, { tokens: 1e9 })).toMatchObject({ features: 100, short: false });
  expect(of(100, { tokens: 5 })).toMatchObject({ features: 0, short: true });
});

it("knows no budget that stops what asks nobody, and no explainer that is not offered", () => {
  expect(estimateOf({ offered, price: null }, "captions", null, { calls: 1 })).toMatchObject({ features: 1000 });
  expect(estimateOf({ offered, price: null }, "endpoint", null)).toBeNull();
});

it("counts the questions of scoring, per explanation but for trials, which need none", () => {
  const row = { statuses: { explained: 150 } } as ExplainOverview["explainers"][number];
  const overview = { explained: 100, explainers: [row, row] };
  const of = (given: Partial<Parameters<typeof mostQuestions>[1]>) =>
    mostQuestions(overview, { scorers: ["detection"], which: "labels", judge: "model", limit: null, ...given });
  expect(of({})).toEqual({ features: 100, questions: 4000 });
  expect(of({ limit: 10 })).toEqual({ features: 10, questions: 400 });
  expect(of({ limit: 10, which: "all" })).toEqual({ features: 10, questions: 1200 });
  expect(of({ limit: 10, which: "all", scorers: ["intruder"] }).questions).toBe(250);
  expect(of({ limit: 10, which: "all", scorers: ["intruder"], judge: "endpoint" }).questions).toBe(50);
  expect(of({ scorers: ["iou", "simulation"] }).questions).toBe(0);
});
