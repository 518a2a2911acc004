import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { type TensorData, writeSafetensors } from "@/lib/formats/safetensors-write";
import { loadSae, saveSae } from "@/lib/sae/sparsify";

const root = await mkdtemp(join(tmpdir(), "sparsify-"));
afterAll(() => rm(root, { recursive: true }));
const [N, D] = [64, 16];

const normals = (count: number, label: string) => {
  const rng = createRng(1, label);
  return Float32Array.from({ length: count }, () => rng.normal());
};

function unitRows(): Float32Array {
  const values = normals(N * D, "D");
  for (let i = 0; i < N; i++) {
    const norm = Math.hypot(...values.subarray(i * D, (i + 1) * D));
    for (let j = i * D; j < (i + 1) * D; j++) values[j]! /= norm;
  }
  return values;
}

const tensors = (dtype: "F16" | "F32" = "F32"): TensorData[] => [
  { name: "encoder.weight", dtype, shape: [N, D], data: normals(N * D, "W") },
  { name: "encoder.bias", dtype, shape: [N], data: normals(N, "beta") },
  { name: "W_dec", dtype, shape: [N, D], data: unitRows() },
  { name: "b_dec", dtype, shape: [D], data: normals(D, "c") },
];

let count = 0;
async function folder(cfg: unknown, list: TensorData[] = tensors()): Promise<string> {
  const path = join(root, String(count++));
  await mkdir(path);
  await writeFile(join(path, "cfg.json"), typeof cfg === "string" ? cfg : JSON.stringify(cfg));
  await writeSafetensors(join(path, "sae.safetensors"), list);
  return path;
}

const cfg = { d_in: D, expansion_factor: 4, num_latents: 0, k: 8, multi_topk: false, normalize_decoder: true };
const change = (name: string, edit: Partial<TensorData>) =>
  tensors().map((tensor) => (tensor.name === name ? ({ ...tensor, ...edit } as TensorData) : tensor));

describe("a sparsify folder", () => {
  it("loads with num_latents 0, 16-bit weights and an unknown key, which it notes", async () => {
    const sae = await loadSae(await folder({ ...cfg, made_by: "someone" }, tensors("F16")));
    expect([sae.n, sae.d, sae.k, sae.theta]).toEqual([N, D, 8, -1]);
    expect(sae.provenance.notices).toEqual(["cfg.json: kept without using it: made_by"]);
    expect(sae.provenance.extra.made_by).toBe("someone");
    const exact = unitRows();
    expect(Math.max(...sae.D.map((value, i) => Math.abs(value - exact[i]!)))).toBeLessThan(5e-4);
  });

  it("reads the bare NaN of Python writers", async () => {
    const sae = await loadSae(await folder(`{"d_in": ${D}, "expansion_factor": 4, "k": 2, "loss": NaN}`));
    expect(sae.provenance.extra.loss).toBeNull();
  });

  const withNaN = tensors()[1]!.data.slice();
  withNaN[7] = Number.NaN;
  const refused: [string, unknown, TensorData[], string][] = [
    ["one NaN", cfg, change("encoder.bias", { data: withNaN }), "encoder.bias: 1 NaN, first at 7"],
    ["a transposed W_dec", cfg, change("W_dec", { shape: [D, N] }), "W_dec is [16,64] but cfg.json asks for [64,16]"],
    ["k > n", { ...cfg, k: 65 }, tensors(), "cfg.k = 65, but it must lie in 1 .. 64"],
    ["another width", { ...cfg, d_in: 8 }, tensors(), "encoder.weight is [64,16] but cfg.json asks for [32,8]"],
    ["a missing tensor", cfg, tensors().slice(0, 3), 'missing "b_dec"; found encoder.weight'],
    ["integers as weights", cfg, change("b_dec", { dtype: "I32", data: new Int32Array(D) }), "b_dec: dtype I32 is not"],
    ["a missing key", { k: 4 }, tensors(), "d_in"],
    ["broken JSON", "{", tensors(), "is not valid JSON"],
    ["groupmax", { ...cfg, activation: "groupmax" }, tensors(), 'activation "groupmax" is not supported'],
    ["a transcoder", { ...cfg, transcode: true }, tensors(), "reconstructs another activation"],
  ];
  it.each(refused)("is refused with %s", async (_, config, list, message) => {
    const path = await folder(config, list);
    await expect(loadSae(path)).rejects.toThrow(message);
    await expect(loadSae(path)).rejects.toMatchObject({ code: "SAE_UNREADABLE" });
  });

  it("says what is missing when the folder is empty", async () => {
    await expect(loadSae(join(root, "nowhere"))).rejects.toThrow("sae.safetensors cannot be opened");
  });

  it("notes decoder rows that are not unit vectors", async () => {
    const sae = await loadSae(await folder(cfg, change("W_dec", { data: unitRows().map((value) => 2 * value) })));
    expect(sae.provenance.notices).toEqual(["W_dec: row norms are not 1 (min, median, max: 2.00, 2.00, 2.00)"]);
  });

  it("round-trips without loss, threshold and unknown keys included", async () => {
    const sae = await loadSae(await folder({ ...cfg, made_by: "someone" }));
    const path = join(root, "saved");
    await saveSae(path, {
      ...sae,
      theta: 0.25,
      provenance: { ...sae.provenance, model: "tiny", site: "layers.4.resid_post" },
    });
    const again = await loadSae(path);
    for (const name of ["W", "beta", "D", "c"] as const) expect(again[name]).toEqual(sae[name]);
    expect([again.theta, again.provenance.model, again.provenance.site]).toEqual([0.25, "tiny", "layers.4.resid_post"]);
    const written = JSON.parse(await readFile(join(path, "cfg.json"), "utf8"));
    expect([written.made_by, written.num_latents, written.d_in, written.k]).toEqual(["someone", N, D, 8]);
  });

  it("keeps thresholds and the way rows are taken, and refuses thresholds that were never set", async () => {
    const sae = await loadSae(await folder(cfg));
    const thresholds = normals(N, "theta").map(Math.abs);
    const provenance = { ...sae.provenance, architecture: "jumprelu" };
    const path = join(root, "thresholds");
    await saveSae(path, { ...sae, activation: "jumprelu", thresholds, input: "layer_norm", provenance });
    const again = await loadSae(path);
    expect(again).toMatchObject({ activation: "jumprelu", thresholds, input: "layer_norm" });
    expect(again.provenance.architecture).toBe("jumprelu");
    await saveSae(path, { ...sae, activation: "jumprelu" });
    await expect(loadSae(path)).rejects.toThrow("calibrate before use");
  });
});
