import { mkdir, open, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError, isAppError } from "@/lib/core/errors";
import { openSafetensors, type Safetensors } from "@/lib/formats/safetensors";
import { writeSafetensors } from "@/lib/formats/safetensors-write";
import type { Sae } from "@/lib/sae/sae";
import { checkFinite, checkNorms } from "@/lib/sae/validate";

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

const unreadable = (message: string, cause?: unknown) => new AppError("SAE_UNREADABLE", message, { cause });

/**
 * Loads `<folder>/cfg.json` and `<folder>/sae.safetensors` (encoder.weight [n,d], encoder.bias [n], W_dec [n,d],
 * b_dec [d]; F32, F16, BF16 or F64). Checks container, names, shapes, dtypes, finiteness, k and norms in that order;
 * the first failure is an AppError SAE_UNREADABLE that names file, tensor and numbers.
 */
export async function loadSae(folder: string): Promise<Sae> {
  const file = await openTensors(join(folder, "sae.safetensors"));
  try {
    const cfg = await readCfg(join(folder, "cfg.json"));
    return await readSae(file, cfg);
  } finally {
    await file.close();
  }
}

async function openTensors(path: string): Promise<Safetensors> {
  try {
    return await openSafetensors(path);
  } catch (cause) {
    if (isAppError(cause)) throw unreadable(cause.message, cause);
    throw unreadable(`${path} cannot be opened: ${(cause as Error).message}`, cause);
  }
}

async function readCfg(path: string): Promise<Cfg> {
  const text = await readFile(path, "utf8").catch((cause) => {
    throw unreadable(`${path} cannot be opened; a sparsify folder needs cfg.json and sae.safetensors`, cause);
  });
  let json: unknown;
  try {
    // Python writers emit bare NaN and Infinity; both are read as null.
    json = JSON.parse(text.replace(/(?<=[:[,]\s*)(NaN|-?Infinity)(?=\s*[,\]}])/g, "null"));
  } catch (cause) {
    throw unreadable(`${path} is not valid JSON: ${(cause as Error).message}`, cause);
  }
  const parsed = cfgSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unreadable(`${path} (read as sparsify): ${issue?.path.join(".")}: ${issue?.message}`);
}

async function readSae(file: Safetensors, cfg: Cfg): Promise<Sae> {
  const d = cfg.d_in;
  const n = cfg.num_latents || Math.round(d * cfg.expansion_factor);
  const found = [...file.tensors.keys()];
  for (const name of ["encoder.weight", "encoder.bias", "W_dec", "b_dec"]) {
    if (!file.tensors.has(name)) throw unreadable(`${file.label}: missing "${name}"; found ${found.join(", ")}`);
  }
  checkSupported(cfg, file);
  const shapes: Record<string, number[]> = { "encoder.weight": [n, d], "encoder.bias": [n], W_dec: [n, d], b_dec: [d] };
  if (file.tensors.has("threshold")) shapes.threshold = [n];
  checkShapes(file, shapes, d, n);
  const read = async (name: string) => {
    const { dtype } = file.info(name);
    if (!WEIGHTS.has(dtype)) throw unreadable(`${name}: dtype ${dtype} is not supported`);
    const values = await file.readFloat32(name);
    checkFinite(name, values);
    return values;
  };
  const W = await read("encoder.weight");
  const beta = await read("encoder.bias");
  const D = await read("W_dec");
  const c = await read("b_dec");
  const thresholds = file.tensors.has("threshold") ? await read("threshold") : undefined;
  if (cfg.k < 1 || cfg.k > n)
    throw unreadable(`cfg.k = ${cfg.k}, but it must lie in 1 .. ${n} (the number of latents)`);
  const unknown = Object.keys(cfg).filter((key) => !(key in cfgSchema.shape));
  const notices = unknown.length > 0 ? [`cfg.json: kept without using it: ${unknown.join(", ")}`] : [];
  notices.push(...checkNorms(D, n, d));
  const { fovea } = cfg;
  const theta = fovea?.theta ?? -1;
  const activation = cfg.activation === "jumprelu" ? "jumprelu" : "topk";
  if (activation === "jumprelu" && !thresholds && !(theta >= 0))
    throw unreadable("threshold is -1 (never set): calibrate before use");
  const provenance = {
    format: fovea ? "fovea" : "sparsify",
    ...(fovea?.architecture ? { architecture: fovea.architecture } : {}),
    ...(fovea?.transcoder ? { transcoder: true } : {}),
    ...(fovea?.model ? { model: fovea.model } : {}),
    ...(fovea?.site ? { site: fovea.site } : {}),
    extra: { ...cfg },
    notices,
  };
  const input = fovea?.input ? { input: fovea.input } : {};
  return {
    d,
    n,
    k: cfg.k,
    W,
    beta,
    D,
    c,
    theta,
    activation,
    ...(thresholds ? { thresholds } : {}),
    ...input,
    provenance,
  };
}

const WEIGHTS = new Set(["F64", "F32", "F16", "BF16"]);

function checkSupported(cfg: Cfg, file: Safetensors): void {
  const refused: [boolean, string][] = [
    [!["topk", "jumprelu"].includes(cfg.activation), `activation "${cfg.activation}" is not supported (topk is)`],
    [cfg.signed, "signed: true keeps negative activations, which is not supported"],
    [cfg.transcode, "transcode: true reconstructs another activation, which is not supported"],
    [cfg.skip_connection || file.tensors.has("W_skip"), "a skip connection (W_skip) is not supported"],
  ];
  for (const [applies, message] of refused) if (applies) throw unreadable(`cfg.json: ${message}`);
}

function checkShapes(file: Safetensors, expected: Record<string, number[]>, d: number, n: number): void {
  for (const [name, shape] of Object.entries(expected)) {
    const found = file.info(name).shape;
    if (found.join() === shape.join()) continue;
    throw unreadable(
      `${name} is [${found.join(",")}] but cfg.json asks for [${shape.join(",")}] (d_in ${d}, ${n} latents)`,
    );
  }
}

/**
 * Saves in the same layout, so that sparsify itself can load a TopK SAE; the threshold and provenance sit under `fovea` in
 * cfg.json. An SAE with thresholds has "jumprelu" as activation and, where they differ by latent, a tensor `threshold` [n]:
 * only Fovea reads these. `dtype` F16 halves the file. The weights are complete on disk before cfg.json appears.
 */
export async function saveSae(
  folder: string,
  sae: Sae,
  { dtype = "F32" }: { dtype?: "F32" | "F16" } = {},
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { d, n } = sae;
  await writeSafetensors(join(folder, "sae.safetensors"), [
    { name: "encoder.weight", dtype, shape: [n, d], data: sae.W },
    { name: "encoder.bias", dtype, shape: [n], data: sae.beta },
    { name: "W_dec", dtype, shape: [n, d], data: sae.D },
    { name: "b_dec", dtype, shape: [d], data: sae.c },
    ...(sae.thresholds ? [{ name: "threshold", dtype, shape: [n], data: sae.thresholds }] : []),
  ]);
  const { model, site, architecture, transcoder, extra } = sae.provenance;
  const cfg = {
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
  };
  await replaceFile(join(folder, "cfg.json"), `${JSON.stringify(cfg, null, 2)}\n`);
}

/** Writes a small text file so that readers see the old or the new one, never a part. */
async function replaceFile(path: string, text: string): Promise<void> {
  const handle = await open(`${path}.tmp`, "w");
  await handle.writeFile(text);
  await handle.sync();
  await handle.close();
  await rename(`${path}.tmp`, path);
}
