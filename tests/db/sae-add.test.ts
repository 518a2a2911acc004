import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { db } from "@/lib/db/client";
import { exportSae } from "@/lib/sae/formats/open";
import { loadSae, saveSae } from "@/lib/sae/sparsify";
import { registerModelFolder } from "@/lib/training/register";
import { saeAdd } from "../../scripts/cli/sae-add";

const FOLDER = "models/tiny-llava-emoji";
const SAE = `${FOLDER}/saes/4-res-4k`;
const root = await mkdtemp(join(tmpdir(), "sae-add-"));

beforeAll(async () => {
  await registerModelFolder(FOLDER, { slug: "tiny", title: "Tiny" });
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(root, { recursive: true });
});

describe("fovea sae add", () => {
  it("registers an SAE of a registered model, at the site that it says or that is given", async () => {
    await saeAdd.run([SAE, "--model", "tiny", "--slug", "own"]);
    const row = await db().sae.findFirstOrThrow({ where: { slug: "own" }, include: { model: true } });
    expect(row).toMatchObject({ n: 4096, d: 256, k: 16, site: "layers.4.resid_post", status: "ready" });
    expect([row.model.slug, row.checkpoint]).toEqual(["tiny", resolve(SAE)]);
    await saeAdd.run([SAE, "--model", "tiny", "--slug", "earlier", "--site", "layers.2.resid_post"]);
    expect((await db().sae.findFirstOrThrow({ where: { slug: "earlier" } })).site).toBe("layers.2.resid_post");
  });

  it("refuses another width, another site, another layout and models that are not there", async () => {
    const sae = await loadSae(SAE);
    const narrow = join(root, "narrow");
    const part = (values: Float32Array, length: number) => values.slice(0, length);
    const small = {
      ...sae,
      d: 8,
      n: 16,
      k: 4,
      W: part(sae.W, 128),
      D: part(sae.D, 128),
      beta: part(sae.beta, 16),
      c: part(sae.c, 8),
    };
    await saveSae(narrow, small);
    const refused: [string[], string][] = [
      [[narrow, "--model", "tiny", "--slug", "x"], "SAE expects width 8, layers.4.resid_post of tiny has 256."],
      [
        [narrow, "--model", "tiny", "--slug", "x", "--site", "layers.99.resid_post"],
        'has no site "layers.99.resid_post"',
      ],
      [[SAE, "--model", "other", "--slug", "x"], 'There is no model "other"'],
      [[SAE, "--model", "tiny", "--slug", "Not good"], "--slug takes small letters, digits and hyphens"],
      [[SAE, "--slug", "x"], "Give --model"],
    ];
    for (const [args, message] of refused) await expect(saeAdd.run(args)).rejects.toThrow(message);
    const foreign = join(root, "foreign");
    await exportSae(small, "saelens", foreign);
    await expect(saeAdd.run([foreign, "--model", "tiny", "--slug", "x"])).rejects.toThrow(
      `fovea sae import ${foreign}`,
    );
    const tower = [narrow, "--model", "tiny", "--slug", "x", "--site", "vision.layers.0.resid_post"];
    await expect(saeAdd.run(tower)).rejects.toThrow("SAE expects width 8, vision.layers.0.resid_post of tiny has");
    expect(await db().sae.count({ where: { slug: "x" } })).toBe(0);
  });
});
