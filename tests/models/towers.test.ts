import { readFile } from "node:fs/promises";
import { afterAll, describe, expect, it } from "vitest";
import { openSafetensors } from "@/lib/formats/safetensors";
import { openModel } from "@/lib/model/open";
import type { VisionModel } from "@/lib/model/types";
import { expectBoxes, goldenImage, relativeError } from "../helpers/golden";

// Golden values from PyTorch: tests/fixtures/families/tower.py.
interface Entry {
  name: string;
  image: number;
}

async function openFixture(folder: string) {
  const golden = await openSafetensors(`${folder}/golden.safetensors`);
  const model = (await openModel(folder, { threads: 1 })) as VisionModel;
  const { cases, summary } = JSON.parse(await readFile(`${folder}/golden.json`, "utf8"));
  const named = await Promise.all(
    (cases as Entry[]).map(async ({ name, image }) => ({ name, image: await goldenImage(golden, image) })),
  );
  return { golden, model, cases: named, summary: summary as string };
}

describe.each(["tiny-clip", "tiny-siglip", "tiny-dinov2"])("%s against PyTorch", (name) => {
  const opened = openFixture(`tests/fixtures/${name}`);
  afterAll(async () => {
    const { model, golden } = await opened;
    await model.dispose();
    await golden.close();
  });

  it("has the same outputs and hidden states, and knows what each row sees", async () => {
    const { golden, model, cases, summary } = await opened;
    expect(model.kind).toBe("vision");
    for (const { name: of, image } of cases) {
      const { data } = await model.output(image, summary);
      expect(relativeError(data, await golden.readFloat32(`${of}.${summary}`))).toBeLessThan(1e-5);
    }
    for (const site of model.sites) {
      const taps = await model.tap(
        cases.map(({ image }) => ({ image, messages: [] })),
        site,
      );
      for (const [i, { acts, tokens }] of taps.entries()) {
        const of = cases[i]!.name;
        expect(relativeError(acts.data, await golden.readFloat32(`${of}.${site}`))).toBeLessThan(1e-4);
        const boxes = tokens.map((token) => token.box);
        expectBoxes(boxes, await golden.readFloat32(`${of}.boxes`));
      }
    }
    expect(model.sites.length).toBeGreaterThan(1);
  });

  it("has autograd's gradients of a reading of its output", async () => {
    const { golden, model, cases, summary } = await opened;
    for (const { name: of, image } of cases) {
      const row = await golden.readFloat32(`${of}.direction`);
      const { data } = await model.output(image, summary);
      // The reading is of the summary, or of the class token's row of all rows.
      const direction = new Float32Array(data.length);
      direction.set(row);
      const sites = model.sites.filter((site) => golden.tensors.has(`${of}.grad.${site}`));
      expect(sites.length).toBeGreaterThan(1);
      for (const site of sites) {
        const { acts } = await model.gradient({ image, messages: [] }, site, { output: summary, direction });
        expect(relativeError(acts.data, await golden.readFloat32(`${of}.grad.${site}`))).toBeLessThan(1e-3);
      }
    }
  });

  it("says what it cannot do", async () => {
    const { model, cases } = await opened;
    const input = { image: cases[0]!.image, messages: [] };
    await expect(model.tap([{ messages: [] }], model.sites[0]!)).rejects.toThrow(/give every input an image/);
    await expect(model.tap([input], "vision.layers.9.resid_post")).rejects.toThrow(/no site/);
    await expect(model.output(cases[0]!.image, "nothing")).rejects.toThrow(/no output "nothing"/);
  });
});
