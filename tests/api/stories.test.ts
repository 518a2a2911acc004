import { expect, it } from "vitest";
import { GET } from "@/app/api/v1/stories/route";
import { db } from "@/lib/db/client";
import { tellFries } from "@/lib/stories/fries";
import { STORIES, type Story } from "@/lib/stories/schema";
import { tellSenses } from "@/lib/stories/senses";
import { type StudyDone, studyStep } from "@/lib/stories/told";
import { answer } from "../helpers/call-route";
import { makeFeatures } from "../helpers/feature-rows";

const stage = (id: string, ref = "m/s", studies: [string, StudyDone][] = []) => ({
  sae: { id, ref, n: 3 },
  studies: new Map(studies),
});

it("says of each story what is missing, while nothing is there", async () => {
  const { json } = await answer(GET, "/stories");
  const { items } = json as { items: Story[] };
  expect(items.map(({ name }) => name)).toEqual([...STORIES]);
  for (const { steps, missing } of items) {
    expect(steps).toEqual([]);
    expect(missing).toMatchObject({ href: "/runs" });
  }
});

it("tells a story with the feature that search finds, or with another thing and says so", async () => {
  const fries = await makeFeatures("m", "s", [
    { index: 3, label: "french fries", kind: "object", detection: 0.8 },
    { index: 5, label: "dog", kind: "object", detection: 0.9 },
  ]);
  const told = await tellFries(stage(fries));
  expect(told).toMatchObject({ steps: [{ title: "Find the fries" }, { href: "/m/s/3" }, {}, {}, {}] });
  const dogs = await makeFeatures("m", "t", [{ index: 5, label: "dog", kind: "object", detection: 0.9 }]);
  const other = await tellFries(stage(dogs, "m/t"));
  expect(other).toMatchObject({ steps: [{ title: "Find “dog”" }, { href: "/m/t/5" }, {}, {}, {}] });
  if ("steps" in other) expect(other.steps[0]?.words).toContain("No feature is named after fries here");
});

it("does not tell of features that were not judged", async () => {
  const id = await makeFeatures("m", "u", [{ index: 1, label: "dog", kind: "object" }]);
  expect(await tellSenses(stage(id, "m/u"))).toMatchObject({ missing: { href: "/runs" } });
  await db().feature.updateMany({ where: { saeId: id }, data: { crossModal: 0.9, imageShare: 0.5 } });
  expect(await tellSenses(stage(id, "m/u"))).toMatchObject({ steps: [{}, { href: "/m/u/1?modality=image" }, {}, {}] });
});

it("quotes a study only where it counted enough", () => {
  const figure = { label: "rank 1", value: 0.5, control: 0.2 };
  const done = (n: number): StudyDone => ({ run: "r1", figures: [{ ...figure, n }], cases: [] });
  const step = (studies: [string, StudyDone][]) =>
    studyStep(stage("x", "m/s", studies), "perception", "Count it", /rank 1$/, "All.");
  expect(step([["perception", done(40)]])).toEqual({
    title: "Count it",
    words: "All. Rank 1: 50 % of 40, against 20 % under the control.",
    href: "/run/r1",
  });
  expect(step([["perception", done(4)]])).toMatchObject({ href: "/studies" });
  expect(step([])).toMatchObject({ href: "/studies" });
});
