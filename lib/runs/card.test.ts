import { expect, it } from "vitest";
import { runCard } from "./card";
import type { Run } from "./schema";

const run = {
  id: "r1",
  kind: "study",
  params: { name: "perception" },
  createdAt: "2026-11-25T17:52:00Z",
} as unknown as Run;

it("shows of a study what it is about, and its first share beside the control", () => {
  const figures = [
    { label: "seconds a run", value: 3, n: 4, unit: "seconds" },
    { label: "not counted", value: null, n: 0 },
    { label: "low-level at rank 1", value: 0.97, control: 0.78, n: 191 },
  ];
  expect(runCard(run, { title: "Perception comes first", figures })).toMatchObject({
    title: "Perception comes first",
    lines: [
      { name: "low-level at rank 1, n 191", text: "97 %", strong: true },
      { name: "under the control", text: "78 %", strong: false },
    ],
  });
});

it("shows of other runs what was asked and answered, and of a run without a result what it is", () => {
  const asked = { ...run, kind: "inspect", params: { text: "hungry" } } as unknown as Run;
  expect(runCard(asked, { answer: { text: " fries " } })).toMatchObject({
    title: "“hungry”",
    lines: [{ name: "answer", text: "fries" }],
  });
  expect(runCard(run, null)).toMatchObject({ title: "Study", lines: [] });
});
