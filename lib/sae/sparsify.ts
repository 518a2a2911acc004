import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeSafetensors } from "@/lib/formats/safetensors-write";
import { inMemory } from "@/lib/formats/stored-matrix";
import { loadRaw } from "@/lib/sae/formats/canonical";
import { parseSettings, readJson, unknownKeys, writeJson } from "@/lib/sae/formats/json-file";
import { type RawSae, type StoredSae, stored } from "@/lib/sae/formats/stored-sae";
import { checkNames, checkShapes, openTensors, type TensorFile, unreadable } from "@/lib/sae/formats/tensor-file";
import type { Sae } from "@/lib/sae/sae";

/** `cfg.json` of EleutherAI's sparsify; keys not listed are kept in the provenance and noted, never an error. */
const cfgSchema = z.looseObject({
  d_in: z.number().int().positive(),
  activation: z.string().default("topk"),
  expansion_factor: z.number().positive().default(32),
  normalize_decoder: z.boolean().default(true),
  num_latents: z.number().int().min(0).default(0),
  k: z.number().int().default(32),
  multi_topk: z.boolean().default(false),
  skip_connection: z.boolean().default(false),
  transcode: z.boolean().default(false),
  signed: z.boolean().default(false),
  fovea: z
    .looseObject({
      theta: z.number().default(-1),
      model: z.string().optional(),
      site: z.string().optional(),
      architecture: z.string().optional(),
      input: z.literal("layer_norm").optional(),
      transcoder: z.boolean().optional(),
    })
    .optional(),
});
type Cfg = z.infer<typeof cfgSchema>;

/**
 * Loads `<folder>/cfg.json` and `<folder>/sae.safetensors` (encoder.weight [n,d], encoder.bias [n], W_dec [n,d],
 * b_dec [d]; F32, F16, BF16 or F64). Checks container, names, shapes, dtypes, finiteness, k and norms in that order;
 * the first failure is an AppError SAE_UNREADABLE that names file, tensor and numbers. Norms are not folded: this is the layout whose
 * files are read row by row as well (decoder-row.ts).
 */
export async function loadSae(folder: string): Promise<Sae> {
  return loadRaw(await openSparsify(folder));
}

/** The same without reading the matrices. Close it when done. */
export async function openSparsify(folder: string): Promise<RawSae> {
  const file = await openTensors(join(folder, "sae.safetensors"));
  try {
    const path = join(folder, "cfg.json");
    const cfg = await readJson(path, "a sparsify folder needs cfg.json and sae.safetensors");
    return await readRaw(file, parseSettings(cfgSchema, cfg, path, "sparsify"));
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readRaw(file: TensorFile, cfg: Cfg): Promise<RawSae> {
  const d = cfg.d_in;
  const n = cfg.num_latents || Math.round(d * cfg.expansion_factor);
  checkNames(file, ["encoder.weight", "encoder.bias", "W_dec", "b_dec"]);
  checkSupported(cfg, file);
  const shapes: Record<string, number[]> = { "encoder.weight": [n, d], "encoder.bias": [n], W_dec: [n, d], b_dec: [d] };
  if (file.has("threshold")) shapes.threshold = [n];
  checkShapes(file, shapes, { asked: "cfg.json", why: `d_in ${d}, ${n} latents` });
  const { fovea } = cfg;
  return {
    names: { beta: "encoder.bias", c: "b_dec", thresholds: "threshold", k: "cfg.k" },
    d,
    n,
    W: file.matrix("encoder.weight"),
    D: file.matrix("W_dec"),
    beta: await file.floats("encoder.bias"),
    c: await file.floats("b_dec"),
    activation: cfg.activation === "jumprelu" ? "jumprelu" : "topk",
    k: cfg.k,
    theta: fovea?.theta ?? -1,
    thresholds: file.has("threshold") ? await file.floats("threshold") : undefined,
    input: fovea?.input,
    subtractsBias: true,
    keepsNorms: true,
    provenance: {
      format: fovea ? "fovea" : "sparsify",
      ...(fovea?.architecture ? { architecture: fovea.architecture } : {}),
      ...(fovea?.transcoder ? { transcoder: true } : {}),
      ...(fovea?.model ? { model: fovea.model } : {}),
      ...(fovea?.site ? { site: fovea.site } : {}),
      extra: { ...cfg },
      notices: unknownKeys(cfg, new Set(Object.keys(cfgSchema.shape)), "cfg.json"),
    },
    close: file.close,
  };
}

function checkSupported(cfg: Cfg, file: TensorFile): void {
  const refused: [boolean, string][] = [
    [!["topk", "jumprelu"].includes(cfg.activation), `activation "${cfg.activation}" is not supported (topk is)`],
    [cfg.signed, "signed: true keeps negative activations, which is not supported"],
    [cfg.transcode, "transcode: true reconstructs another activation, which is not supported"],
    [cfg.skip_connection || file.has("W_skip"), "a skip connection (W_skip) is not supported"],
  ];
  for (const [applies, message] of refused) if (applies) throw unreadable(`cfg.json: ${message}`);
}

/**
 * Saves in the same layout, so that sparsify itself can load a TopK SAE; the threshold and provenance sit under `fovea` in
 * cfg.json. An SAE with thresholds has "jumprelu" as activation and, where they differ by latent, a tensor `threshold` [n]:
 * only Fovea reads these. `dtype` F16 halves the file. The weights are complete on disk before cfg.json appears.
 */
export async function saveSae(
  folder: string,
  sae: Sae | StoredSae,
  { dtype = "F32" }: { dtype?: "F32" | "F16" } = {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { d, n, W, D } = stored(sae);
  const vector = (name: string, values: Float32Array) => ({
    name,
    dtype,
    shape: [values.length],
    stored: inMemory(name, values, 1, values.length),
  });
  await writeSafetensors(join(folder, "sae.safetensors"), [
    { name: "encoder.weight", dtype, shape: [n, d], stored: W },
    vector("encoder.bias", sae.beta),
    { name: "W_dec", dtype, shape: [n, d], stored: D },
    vector("b_dec", sae.c),
    ...(sae.thresholds ? [vector("threshold", sae.thresholds)] : []),
  ]);
  const { model, site, architecture, transcoder, extra } = sae.provenance;
  await writeJson(join(folder, "cfg.json"), {
    ...extra,
    d_in: d,
    activation: sae.activation,
    expansion_factor: n % d === 0 ? n / d : 32,
    normalize_decoder: true,
    num_latents: n,
    k: sae.k,
    multi_topk: false,
    skip_connection: false,
    transcode: false,
    fovea: {
      ...(extra.fovea as object | undefined),
      theta: sae.theta,
      model,
      site,
      architecture,
      transcoder,
      input: sae.input,
    },
  });
}
