import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { openSafetensors } from "@/lib/formats/safetensors";
import { writeSafetensors } from "@/lib/formats/safetensors-write";
import { loadSae } from "@/lib/sae/sparsify";
import { saeExport } from "./sae-export";
import { saeImport } from "./sae-import";

const GOLDEN = "tests/golden/sae-formats";
const root = await mkdtemp(join(tmpdir(), "sae-import-"));
afterAll(() => rm(root, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

/** Rows on which the golden SAEs were computed, as a file of their own. */
async function rowsFile(): Promise<string> {
  const file = await openSafetensors(join(GOLDEN, "dl-topk", "expected.safetensors"));
  const [rows, cols] = file.info("x").shape as [number, number];
  const path = join(root, "rows.safetensors");
  await writeSafetensors(path, [{ name: "x", dtype: "F32", shape: [rows, cols], data: await file.readFloat32("x") }]);
  await file.close();
  return path;
}

function listen(): string[] {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  return lines;
}

describe("fovea sae import", () => {
  it("writes Fovea's layout and says what was found and folded", async () => {
    const lines = listen();
    const out = join(root, "gated");
    await saeImport.run([join(GOLDEN, "saelens-gated"), "--out", out]);
    const text = lines.join("\n");
    expect(text).toContain("found      saelens, gated");
    expect(text).toContain("24 latents of width 6, jumprelu, k 24, thresholds by latent");
    expect(text).toContain("row norms from 0.433 to 2.67 folded into the encoder");
    expect(text).toContain(`npx fovea sae add ${out} --model MODEL --slug NAME`);
    const sae = await loadSae(out);
    expect(sae.provenance).toMatchObject({ architecture: "gated", site: "layers.3.resid_post" });
    const weights = await readFile(join(GOLDEN, "saelens-gated", "sae_weights.safetensors"));
    const sha256 = createHash("sha256").update(weights).digest("hex");
    expect(sae.provenance.extra.fovea).toMatchObject({
      source: { format: "saelens", config: { d_in: 6 }, files: { "sae_weights.safetensors": sha256 } },
    });
  });

  it("sets a threshold that was never set, on given rows, and takes k from them where it was a guess", async () => {
    const rows = await rowsFile();
    const lines = listen();
    const unset = join(GOLDEN, "dl-batchtopk-unset");
    const out = join(root, "calibrated");
    await expect(saeImport.run([unset, "--out", out])).rejects.toThrow("calibrate before use");
    expect(existsSync(out)).toBe(false);
    await saeImport.run([unset, "--out", out, "--calibrate", rows]);
    expect(lines.join("\n")).toMatch(/at which 5\.00 latents are active on average\non 8 rows {2}L0 5\.00, FVU/);
    expect((await loadSae(out)).theta).toBeGreaterThan(0);

    const gated = join(root, "gated-measured");
    await saeImport.run([
      join(GOLDEN, "saelens-gated"),
      "--out",
      gated,
      "--calibrate",
      rows,
      "--site",
      "layers.1.resid_post",
    ]);
    const sae = await loadSae(gated);
    expect(sae.k).toBe(9);
    expect(sae.provenance.site).toBe("layers.1.resid_post");
    expect(lines.join("\n")).not.toContain("L0 is off k = 9");
  });

  it("refuses rows of another width, and to write over what it reads", async () => {
    const from = join(GOLDEN, "dl-topk");
    const file = join(from, "expected.safetensors");
    await expect(saeImport.run([from, "--out", join(root, "no"), "--calibrate", file])).rejects.toThrow(
      "holds 3 tensors: --calibrate takes one tensor [rows, 6]",
    );
    await expect(saeImport.run([from, "--out", from])).rejects.toThrow("--out must be another folder than PATH");
    await expect(saeImport.run(["--out", root])).rejects.toThrow("Say which SAE");
  });
});

describe("fovea sae export", () => {
  it("writes the files of the format", async () => {
    const lines = listen();
    const from = join(GOLDEN, "dl-topk");
    for (const [format, files] of [
      ["saelens", ["cfg.json", "sae_weights.safetensors"]],
      ["sparsify", ["cfg.json", "sae.safetensors"]],
      ["dictionary_learning", ["ae.pt", "config.json"]],
    ] as const) {
      const out = join(root, `to-${format}`);
      await saeExport.run(["--sae", from, "--format", format, "--out", out]);
      expect((await readdir(out)).sort()).toEqual(files);
      expect(lines.join("\n")).toContain(join(out, files[0]));
    }
  });

  it("refuses formats that it does not know, and those that cannot hold the SAE", async () => {
    const from = ["--sae", join(GOLDEN, "dl-topk"), "--out", join(root, "never")];
    await expect(saeExport.run([...from, "--format", "onnx"])).rejects.toThrow("--format takes sparsify, saelens");
    await expect(saeExport.run([...from, "--format", "openai"])).rejects.toThrow("The format of OpenAI has two kinds");
    expect(existsSync(join(root, "never"))).toBe(false);
  });
});
