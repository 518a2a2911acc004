import { expect, it } from "vitest";
import { newId } from "@/lib/core/ids";
import { db } from "@/lib/db/client";
import { evaluationSet, findEncoder, findMeasurable, readMeasured } from "@/lib/measure/data";
import { saveMeasures } from "@/lib/measure/mutations";
import { getSae, listCompared, listSaes } from "@/lib/saes/data";
import { registerSae } from "@/lib/training/mutations";
import { makeFeatures } from "../helpers/feature-rows";

const figures = { tokens: 7, ce: { clean: 1, sae: 2, zero: 3, mean: 4 }, kl: { sae: 1, zero: 2, mean: 3 } };
const recovered = { ce_recovered_zero: 0.5, ce_recovered_mean: 0.6, kl_recovered_zero: 0.7, kl_recovered_mean: 0.8 };
const targets = { answer: { ...figures, ...recovered }, text: null };
const ce = { dataset: "d", heldOut: true, examples: 3, image: targets, text: targets, all: targets };

it("figures are kept beside those that are there, and by a registration of the same weights", async () => {
  const id = await makeFeatures("m", "s", [{ index: 1 }]);
  await saveMeasures(id, { heldOut: { all: { fvu: 0.25, l0: { mean: 8 } } } });
  await saveMeasures(id, { ce });
  const row = await findMeasurable("m/s");
  expect(row.id).toBe(id);
  expect((row.metrics as { heldOut: unknown }).heldOut).toEqual({ all: { fvu: 0.25, l0: { mean: 8 } } });
  const again = { ...row, modelId: row.modelId, metrics: { calibration: 1 }, curves: null };
  const { slug, modelId, site, architecture, d, n, k, hash, checkpoint, config, metrics, curves } = again;
  await registerSae({ slug, modelId, site, architecture, d, n, k, hash, checkpoint, config, metrics, curves });
  const kept = await findMeasurable(id);
  expect(Object.keys(kept.metrics as object).sort()).toEqual(["calibration", "ce", "heldOut"]);
  const sae = await getSae("m", "s");
  expect(sae.measured.ce?.all.answer?.ce.zero).toBe(3);
  expect(sae.figures.image).toMatchObject({ fvu: null, ce_recovered_mean: 0.6, tokens: 7 });
  expect((await listSaes({}))[0]?.figures.all).toMatchObject({ fvu: 0.25, l0: 8, ce_recovered_zero: 0.5 });
  expect(await listCompared()).toMatchObject([{ ref: "m/s", density: null, concepts: null, curves: [] }]);
});

it("what cannot be read counts as not measured", () => {
  const nothing = { ce: null, monosemanticity: null, concepts: null };
  for (const metrics of [null, {}, { ce: { examples: "many" }, conceptF1: 3 }])
    expect(readMeasured(metrics)).toEqual(nothing);
});

it("an SAE is measured on what it was trained on, else on its evidence, else on what is named", async () => {
  const id = await makeFeatures("m", "t", [{ index: 1 }]);
  const sae = await findMeasurable(id);
  const bare = { ...sae, datasetId: null };
  await expect(evaluationSet(bare)).rejects.toMatchObject({ code: "SAE_NOT_READY" });
  const make = (slug: string) =>
    db().dataset.create({
      data: {
        id: newId("dataset"),
        slug,
        title: slug,
        licence: "CC0",
        source: "test",
        hash: slug,
        config: {},
        tags: {},
      },
    });
  const [seen, other] = [await make("seen"), await make("other")];
  expect(await evaluationSet({ ...sae, datasetId: other.id })).toMatchObject({
    dataset: { slug: "other" },
    trained: false,
  });
  const result = { saeId: id };
  await db().run.create({
    data: { id: newId("run"), kind: "train", state: "done", params: { dataset: "seen" }, result },
  });
  expect(await evaluationSet(bare)).toMatchObject({ dataset: { id: seen.id }, trained: true });
  expect(await evaluationSet(bare, "other")).toMatchObject({ dataset: { slug: "other" }, trained: false });
  expect(await findEncoder(sae.modelId)).toBeNull();
  await expect(findEncoder(sae.modelId, "nobody")).rejects.toMatchObject({ code: "INVALID_INPUT" });
});
