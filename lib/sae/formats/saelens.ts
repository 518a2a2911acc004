import { access } from "node:fs/promises";
import { join } from "node:path";
import { transposed } from "@/lib/formats/stored-matrix";
import { gate } from "@/lib/sae/formats/gate";
import { parseSettings, readJson, unknownKeys } from "@/lib/sae/formats/json-file";
import {
  type Architecture,
  architectureOf,
  inputNormOf,
  KNOWN_KEYS,
  type SaelensSettings,
  saelensSchema,
} from "@/lib/sae/formats/saelens-settings";
import { siteOfHook } from "@/lib/sae/formats/site-names";
import { foreignExtra, type RawSae } from "@/lib/sae/formats/stored-sae";
import { checkNames, checkShapes, openTensors, type TensorFile, unreadable } from "@/lib/sae/formats/tensor-file";

/**
 * Opens a folder of SAELens (6, and the flat settings before): `cfg.json` and `sae_weights.safetensors` with W_enc [d,n], b_enc [n],
 * W_dec [n,d], b_dec [d], and what the architecture has besides. Order of operations there: input norm, minus b_dec if
 * apply_b_dec_to_input, p = x W_enc + b_enc, times decoder norms if rescale_acts_by_decoder_norm, activation, back.
 * @throws AppError SAE_UNREADABLE
 */
export async function openSaelens(folder: string): Promise<RawSae> {
  const path = join(folder, "cfg.json");
  const file = await openTensors(join(folder, "sae_weights.safetensors"));
  try {
    const json = await readJson(path, "a SAELens folder needs cfg.json and sae_weights.safetensors");
    const cfg = parseSettings(saelensSchema, json, path, "SAELens");
    return await readRaw(file, cfg, json, folder);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readRaw(file: TensorFile, cfg: SaelensSettings, json: unknown, folder: string): Promise<RawSae> {
  const { served, name } = architectureOf(cfg);
  const norm = inputNormOf(cfg);
  const beta = served === "gated" ? "b_mag" : "b_enc";
  const threshold = thresholdName(served, file);
  checkNames(file, ["W_enc", "W_dec", "b_dec", beta]);
  if (served === "gated") checkNames(file, ["r_mag", "b_gate"]);
  const d = cfg.d_in;
  const n = cfg.d_sae ?? file.shape("W_enc")[1] ?? 0;
  const shapes: Record<string, number[]> = { W_enc: [d, n], [beta]: [n], W_dec: [n, d], b_dec: [d] };
  if (served === "gated") Object.assign(shapes, { r_mag: [n], b_gate: [n] });
  if (served === "jumprelu") shapes[threshold!] = [n];
  checkShapes(file, shapes, { asked: "cfg.json", why: `d_in ${d}, d_sae ${n}` });

  const metadata = cfg.metadata as Record<string, unknown> | undefined;
  const own = metadata?.fovea as
    | { theta?: number; k?: number; architecture?: string; model?: string; site?: string }
    | undefined;
  const hook = own?.site ?? text(metadata?.hook_name) ?? cfg.hook_name ?? cfg.hook_point ?? undefined;
  const model = own?.model ?? text(metadata?.model_name) ?? cfg.model_name ?? undefined;
  const site = hook === undefined ? undefined : siteOfHook(hook);
  const notices = unknownKeys(cfg, KNOWN_KEYS, "cfg.json");
  if (hook?.includes("hook_z") || cfg.reshape_activations === "hook_z") {
    notices.push("rows are the values of all heads, one after the other (hook_z)");
  }
  if (hook !== undefined && site === undefined) notices.push(`the hook "${hook}" is no site of a residual stream`);
  if (norm === "layer_norm") notices.push("rows are brought to mean 0 and deviation 1: directions scale with the row");
  const trained = served === "batchtopk" && cfg.k ? Math.round(cfg.k) : undefined;
  const k =
    served === "topk"
      ? (cfg.k ?? cfg.activation_fn_kwargs?.k ?? 100)
      : (own?.k ?? trained ?? (await meanActive(folder, n)));
  const b = await file.floats(beta);
  const raw: RawSae = {
    names: { beta, c: "b_dec", k: "cfg.k", ...(threshold ? { thresholds: threshold } : {}) },
    d,
    n,
    W: transposed(file.matrix("W_enc")),
    D: file.matrix("W_dec"),
    beta: b,
    c: await file.floats("b_dec"),
    activation: served === "topk" ? "topk" : "jumprelu",
    k,
    theta: served === "relu" ? 0 : served === "topk" ? (own?.theta ?? -1) : -1,
    input: norm === "layer_norm" ? "layer_norm" : undefined,
    subtractsBias: cfg.apply_b_dec_to_input,
    selectsByNorm: cfg.rescale_acts_by_decoder_norm,
    ...(norm === "expected_average_only_in" ? { scale: 1 / (await inputFactor(folder)) } : {}),
    provenance: {
      format: "saelens",
      architecture: own?.architecture ?? name,
      ...(model ? { model } : {}),
      ...(site ? { site } : {}),
      extra: foreignExtra("saelens", json),
      notices,
    },
    close: file.close,
  };
  if (served === "gated") Object.assign(raw, gate(b, await file.floats("r_mag"), await file.floats("b_gate")));
  if (served === "batchtopk") raw.theta = await scalarThreshold(file);
  if (served === "jumprelu") {
    const values = await file.floats(threshold!);
    raw.thresholds = threshold === "log_threshold" ? values.map(Math.exp) : values;
  }
  await foldScalingFactor(raw, file, cfg.finetuning_scaling_factor ?? false);
  return raw;
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

function thresholdName(served: Architecture, file: TensorFile): string | undefined {
  if (served !== "jumprelu") return undefined;
  return file.has("log_threshold") && !file.has("threshold") ? "log_threshold" : "threshold";
}

/** Checkpoints of training hold one threshold; 0 is what it starts from. */
async function scalarThreshold(file: TensorFile): Promise<number> {
  if (!file.has("topk_threshold"))
    throw unreadable(`${file.label}: missing "topk_threshold"; found ${file.names.join(", ")}`);
  const [theta] = await file.floats("topk_threshold");
  return theta !== undefined && theta > 0 ? theta : -1;
}

/** Mean number of active latents, from the rates at which they fired: `sparsity` [n] = log10(rate + 1e-10). */
async function meanActive(folder: string, n: number): Promise<number | undefined> {
  const path = join(folder, "sparsity.safetensors");
  if (!(await exists(path))) return undefined;
  const file = await openTensors(path);
  try {
    if (file.shape("sparsity").join() !== `${n}`) return undefined;
    const rates = await file.floats("sparsity");
    const mean = rates.reduce((sum, value) => sum + Math.max(0, 10 ** value - 1e-10), 0);
    return Number.isFinite(mean) && mean >= 0.5 && mean <= n ? Math.round(mean) : undefined;
  } finally {
    await file.close();
  }
}

/** What rows are multiplied by, where it was not folded when the SAE was saved. */
async function inputFactor(folder: string): Promise<number> {
  const path = join(folder, "activation_scaler.json");
  const found = (await exists(path)) ? ((await readJson(path, "")) as { scaling_factor?: unknown } | null) : null;
  const factor = found?.scaling_factor;
  if (typeof factor === "number" && factor > 0) return factor;
  throw unreadable(
    "cfg.json: normalize_activations is expected_average_only_in, but its factor is not stored (activation_scaler.json): fold it in SAELens before saving",
  );
}

/** `scaling_factor` [n] multiplies what is kept, if the settings say so. */
async function foldScalingFactor(raw: RawSae, file: TensorFile, applies: boolean): Promise<void> {
  if (!file.has("scaling_factor")) return;
  const factors = await file.floats("scaling_factor");
  if (factors.every((factor) => Math.abs(factor - 1) < 1e-5)) return;
  if (!applies)
    throw unreadable("scaling_factor is not 1, but cfg.json does not say that it applies (finetuning_scaling_factor)");
  raw.D = { ...raw.D, rowFactors: Float64Array.from(factors) };
  raw.provenance.notices.push("scaling_factor is folded into the decoder");
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
