import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { disposeSharedEncoder } from "@/lib/sae/encode";
import { openSaeFile } from "@/lib/sae/formats/open";
import type { Sae } from "@/lib/sae/sae";
import { compute, expected, furthest, GOLDEN } from "@/tests/helpers/sae-files";

afterAll(disposeSharedEncoder);

const norms = ({ D, n, d }: Sae) => Array.from({ length: n }, (_, i) => Math.hypot(...D.subarray(i * d, (i + 1) * d)));

/** What each file is, what comes of it, and whether its decoder rows have length 1 then. */
const CASES: [
  string,
  Partial<Sae> & { format: string; architecture: string; site?: string; unit?: boolean; notice?: string },
][] = [
  [
    "saelens-standard",
    {
      activation: "jumprelu",
      theta: 0,
      format: "saelens",
      architecture: "standard",
      site: "layers.3.resid_post",
      notice: "kept without using it: odd_key",
    },
  ],
  [
    "saelens-topk-rescaled",
    { activation: "topk", k: 5, format: "saelens", architecture: "topk", notice: "folded into the encoder" },
  ],
  [
    "saelens-topk",
    {
      activation: "topk",
      k: 5,
      format: "saelens",
      architecture: "topk",
      unit: false,
      notice: "norms are not folded, since other latents would be chosen",
    },
  ],
  [
    "saelens-topk-equal",
    { activation: "topk", k: 5, format: "saelens", architecture: "topk", notice: "row norms from 4.00 to 4.00" },
  ],
  [
    "saelens-jumprelu",
    { activation: "jumprelu", format: "saelens", architecture: "jumprelu", notice: "b_dec is not subtracted" },
  ],
  ["saelens-batchtopk", { activation: "jumprelu", k: 5, format: "saelens", architecture: "batchtopk" }],
  ["saelens-gated", { activation: "jumprelu", format: "saelens", architecture: "gated", notice: "k = 24 is a guess" }],
  ["saelens-flat", { activation: "topk", k: 5, format: "saelens", architecture: "topk", site: "layers.1.resid_post" }],
  [
    "saelens-layer-norm",
    {
      activation: "jumprelu",
      input: "layer_norm",
      format: "saelens",
      architecture: "jumprelu",
      notice: "directions scale with the row",
    },
  ],
  [
    "saelens-averaged",
    { activation: "jumprelu", format: "saelens", architecture: "jumprelu", notice: "rows are divided by 2.5" },
  ],
  [
    "dl-topk",
    {
      activation: "topk",
      k: 5,
      theta: 0.75,
      format: "dictionary_learning",
      architecture: "AutoEncoderTopK",
      site: "layers.4.resid_post",
    },
  ],
  [
    "dl-batchtopk",
    { activation: "jumprelu", k: 5, theta: 0.75, format: "dictionary_learning", architecture: "BatchTopKSAE" },
  ],
  [
    "dl-backup",
    {
      activation: "jumprelu",
      k: 5,
      theta: 0.75,
      format: "dictionary_learning",
      architecture: "BatchTopKSAE",
      notice: "rows are divided by 3",
    },
  ],
  [
    "dl-matryoshka",
    {
      activation: "jumprelu",
      k: 5,
      theta: 0.75,
      format: "dictionary_learning",
      architecture: "MatryoshkaBatchTopKSAE",
    },
  ],
  [
    "dl-jumprelu",
    {
      activation: "jumprelu",
      format: "dictionary_learning",
      architecture: "JumpReluAutoEncoder",
      notice: "b_dec is not subtracted",
    },
  ],
  ["dl-standard", { activation: "jumprelu", theta: 0, format: "dictionary_learning", architecture: "AutoEncoder" }],
  [
    "dl-new",
    {
      activation: "jumprelu",
      theta: 0,
      format: "dictionary_learning",
      architecture: "AutoEncoderNew",
      notice: "decoder.bias is not subtracted",
    },
  ],
  ["dl-gated", { activation: "jumprelu", format: "dictionary_learning", architecture: "GatedAutoEncoder" }],
  [
    "gemma-scope",
    { activation: "jumprelu", format: "gemma_scope", architecture: "jumprelu", notice: "b_dec is not subtracted" },
  ],
  ["openai-topk", { activation: "topk", k: 5, input: "layer_norm", format: "openai", architecture: "topk" }],
  ["openai-tied", { activation: "jumprelu", theta: 0, format: "openai", architecture: "standard" }],
];

describe("an SAE of another tool", () => {
  it.each(CASES)(
    "%s computes what PyTorch computed",
    async (name, { format, architecture, site, unit, notice, ...about }) => {
      const { x, z, xhat } = await expected(name);
      const sae = await openSaeFile(join(GOLDEN, name));
      expect(sae).toMatchObject({
        n: 24,
        d: 6,
        ...about,
        provenance: { format, architecture, ...(site ? { site } : {}) },
      });
      expect(sae.provenance.notices.join("\n")).toContain(notice ?? "");
      const found = await compute(sae, x);
      expect(furthest(found.z, z.data)).toBeLessThan(1e-5);
      expect(furthest(found.xhat, xhat.data)).toBeLessThan(1e-5);
      if (unit !== false) for (const norm of norms(sae)) expect(norm).toBeCloseTo(1, 5);
    },
  );

  it("knows how many latents are active where the tool counted them", async () => {
    const { z } = await expected("saelens-jumprelu");
    const active = z.data.reduce((sum, value) => sum + Number(value > 0), 0) / z.rows;
    expect((await openSaeFile(join(GOLDEN, "saelens-jumprelu"))).k).toBe(Math.round(active));
  });

  it("is read whether its folder or its file is named", async () => {
    for (const path of ["dl-topk/ae.pt", "saelens-flat/cfg.json", "openai-topk/layer_4.pt"]) {
      const whole = await openSaeFile(join(GOLDEN, path.split("/")[0]!));
      expect((await openSaeFile(join(GOLDEN, path))).W).toEqual(whole.W);
    }
  });
});
