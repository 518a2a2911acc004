import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { disposeSharedEncoder } from "@/lib/sae/encode";
import type { SaeFormat } from "@/lib/sae/formats/detect";
import { exportSae, openSaeFile, openStoredSae } from "@/lib/sae/formats/open";
import type { Sae } from "@/lib/sae/sae";
import { compute, expected, furthest, GOLDEN } from "@/tests/helpers/sae-files";

/** Every golden SAE that is not there to be refused. */
const NAMES = (await readdir(GOLDEN)).filter(
  (name) => /^(saelens|dl|gemma|openai)-/.test(name) && !name.endsWith("-unset"),
);

const root = await mkdtemp(join(tmpdir(), "sae-formats-"));
afterAll(async () => {
  await disposeSharedEncoder();
  await rm(root, { recursive: true });
});

let count = 0;
const fresh = () => join(root, String(count++));

/** Formats that can hold an SAE, by what it is. */
function holders({ activation, thresholds, theta, input }: Sae): SaeFormat[] {
  const openai = input ? activation === "topk" : activation === "jumprelu" && !thresholds && theta === 0;
  return [
    "sparsify",
    "saelens",
    ...(input ? [] : (["dictionary_learning"] as const)),
    ...(openai ? (["openai"] as const) : []),
  ];
}

describe("a round trip", () => {
  it.each(NAMES)("of %s keeps every bit through every format that can hold it", async (name) => {
    const { x } = await expected(name);
    const sae = await openSaeFile(join(GOLDEN, name));
    const before = await compute(sae, x);
    for (const first of holders(sae)) {
      const one = fresh();
      await exportSae(sae, first, one);
      const read = await openSaeFile(one);
      for (const second of holders(read)) {
        const two = fresh();
        // From file to file, without the matrices in memory.
        const stored = await openStoredSae(one);
        await exportSae(stored, second, two);
        await stored.close();
        const again = await openSaeFile(two);
        const label = `${first} to ${second}`;
        // JumpReluAutoEncoder subtracts no bias, so that its b_enc is another one.
        const folds = [first, second].includes("dictionary_learning") && sae.thresholds !== undefined;
        for (const part of ["W", "D", "c", "thresholds"] as const)
          expect(again[part], `${label}: ${part}`).toEqual(sae[part]);
        if (!folds) expect(again.beta, label).toEqual(sae.beta);
        const keepsTheta = ![first, second].includes("openai") || sae.activation === "jumprelu";
        expect(again, label).toMatchObject({ activation: sae.activation, ...(keepsTheta ? { theta: sae.theta } : {}) });
        expect(again.input, label).toBe(sae.input);
        // OpenAI's files have no room for the site, nor for how many are active of a ReLU.
        if (![first, second].includes("openai")) {
          expect([again.k, again.provenance.site], label).toEqual([sae.k, sae.provenance.site]);
        }
        const after = await compute(again, x);
        expect(furthest(after.z, before.z), label).toBeLessThan(1e-6 * Math.max(1, ...before.z));
        expect(furthest(after.xhat, before.xhat), label).toBeLessThan(1e-5);
      }
    }
  });

  it("through its own format keeps the settings that nobody here reads", async () => {
    const folder = fresh();
    await exportSae(await openSaeFile(join(GOLDEN, "saelens-standard")), "saelens", folder);
    const cfg = JSON.parse(await readFile(join(folder, "cfg.json"), "utf8"));
    expect(cfg.metadata).toMatchObject({
      model_name: "tiny",
      hook_name: "blocks.3.hook_resid_post",
      sae_lens_version: "6.0.0",
    });
    const other = fresh();
    await exportSae(await openSaeFile(join(GOLDEN, "dl-topk")), "dictionary_learning", other);
    const config = JSON.parse(await readFile(join(other, "config.json"), "utf8"));
    expect(config.trainer).toMatchObject({
      dict_class: "AutoEncoderTopK",
      lm_name: "tiny",
      layer: 4,
      activation_dim: 6,
      lr: null,
    });
  });

  it("is refused where the format has no such SAE", async () => {
    const standardised = await openSaeFile(join(GOLDEN, "openai-topk"));
    await expect(exportSae(standardised, "dictionary_learning", fresh())).rejects.toThrow(
      "export to saelens or openai",
    );
    const plain = await openSaeFile(join(GOLDEN, "dl-topk"));
    await expect(exportSae(plain, "openai", fresh())).rejects.toThrow("This SAE is topk of rows as they are");
  });
});
