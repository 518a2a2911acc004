import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { openSafetensors } from "@/lib/formats/safetensors";
import { encode } from "@/lib/sae/encode";
import { explainedBy } from "@/lib/sae/explained";
import { type Codes, decode, rowErrors, type Sae } from "@/lib/sae/sae";
import { loadSae } from "@/lib/sae/sparsify";
import type { Matrix } from "@/lib/tensor/matrix";

/** The definition: takes a latent out of the codes, decodes anew, and sees how much the error has risen. */
function naiveShare(acts: Matrix, codes: Codes, sae: Pick<Sae, "D" | "c" | "d">, t: number): number {
  const r = Math.floor(t / codes.k);
  const without = { ...codes, value: codes.value.map((z, other) => (other === t ? 0 : z)) };
  const missed = (of: Codes) => rowErrors(acts, decode(of, sae))[r] as number;
  const row = acts.data.subarray(r * sae.d, (r + 1) * sae.d);
  const energy = row.reduce((sum, h, j) => sum + (h - (sae.c[j] as number)) ** 2, 0);
  return (missed(without) - missed(codes)) / energy;
}

it("is the rise of the error when a latent is taken out, whatever its decoder row", () => {
  const rng = createRng(5);
  const [rows, d, n, k] = [6, 5, 9, 3];
  const random = (length: number) => Float32Array.from({ length }, () => rng.normal());
  const acts = { data: random(rows * d), rows, cols: d };
  const sae = { D: random(n * d), c: random(d), d };
  const codes = {
    ...{ rows, k, index: Int32Array.from({ length: rows * k }, (_, t) => (t * 4) % n) },
    value: random(rows * k).map((z) => Math.max(0, z)),
  };
  const { share, unexplained, energy } = explainedBy(acts, decode(codes, sae), codes, sae);
  for (let t = 0; t < share.length; t++) expect(share[t]).toBeCloseTo(naiveShare(acts, codes, sae, t), 4);
  const errors = rowErrors(acts, decode(codes, sae));
  errors.forEach((error, r) => {
    expect(unexplained[r]).toBeCloseTo(error / (energy[r] as number), 6);
  });
});

it("gives nothing where a hidden state is the bias", () => {
  const c = Float32Array.of(1, 2);
  const acts = { data: Float32Array.of(1, 2), rows: 1, cols: 2 };
  const codes = { rows: 1, k: 1, index: Int32Array.of(0), value: Float32Array.of(0) };
  const explained = explainedBy(acts, decode(codes, { D: c, c, d: 2 }), codes, { D: c, c, d: 2 });
  expect([...explained.unexplained, ...explained.share]).toEqual([0, 0]);
});

const HIDDEN = "tests/golden/tiny-llava-emoji/hidden.safetensors";
const CHECKPOINT = "models/tiny-llava-emoji/saes/4-res-4k";

it.skipIf(!existsSync(CHECKPOINT))("holds on hidden states of the built-in model", async () => {
  const [file, sae] = [await openSafetensors(HIDDEN), await loadSae(CHECKPOINT)];
  const data = await file.readFloat32("image.layers.4.resid_post");
  await file.close();
  const acts = { data, rows: data.length / sae.d, cols: sae.d };
  const codes = await encode(acts, sae);
  const { share, unexplained } = explainedBy(acts, decode(codes, sae), codes, sae);
  for (let t = 0; t < share.length; t += 7) expect(share[t]).toBeCloseTo(naiveShare(acts, codes, sae, t), 4);
  // The features that lead a row explain something of it, or the rest of this would be idle.
  expect(Math.max(...share)).toBeGreaterThan(0.05);
  expect(Math.max(...unexplained)).toBeLessThan(1);
});
