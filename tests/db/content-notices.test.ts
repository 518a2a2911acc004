import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "@/lib/db/client";
import { makeFeatures } from "../helpers/feature-rows";
import { waitFor } from "../helpers/wait-for";

let listener: pg.Client;
let heard = 0;
beforeAll(async () => {
  listener = new pg.Client({ connectionString: process.env.DATABASE_URL });
  listener.on("notification", () => {
    heard++;
  });
  await listener.connect();
  await listener.query("LISTEN fovea_content");
});
afterAll(() => listener.end());

it("tells of every change of what a feature's page shows, and of nothing else", async () => {
  const saeId = await makeFeatures("m", "s", [{ index: 0, label: "dog" }]);
  await waitFor("the notice of new features", async () => heard > 0);
  const told = async (change: () => PromiseLike<unknown>) => {
    const before = heard;
    await change();
    await waitFor("a notice", async () => heard > before);
  };
  const explanation = { saeId, index: 0, status: "explained", text: "dog", explainer: "human", promptVersion: "1" };
  await told(() => db().explanation.create({ data: { id: "e", ...explanation, evidence: {}, cost: {} } }));
  await told(() => db().feature.updateMany({ data: { label: "hound" } }));
  await told(() => db().vote.create({ data: { explanationId: "e", voter: "v", value: 1 } }));
  await told(() => db().exemplar.deleteMany());
  const before = heard;
  await db().note.create({ data: { id: "n", on: "m/s/0", text: "x", author: "a" } });
  await told(() => db().vote.deleteMany());
  expect(heard).toBe(before + 1);
});
