import { access } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { transposed } from "@/lib/formats/stored-matrix";
import { isTensor, type TorchFile, type TorchMap, type TorchValue } from "@/lib/formats/torch-zip";
import { gate } from "@/lib/sae/formats/gate";
import { parseSettings, readJson } from "@/lib/sae/formats/json-file";
import { siteOfHook } from "@/lib/sae/formats/site-names";
import { foreignExtra, type RawSae } from "@/lib/sae/formats/stored-sae";
import { checkNames, checkShapes, stateTensors, type TensorFile, unreadable } from "@/lib/sae/formats/tensor-file";

const trainerSchema = z.looseObject({
  dict_class: z.string().optional(),
  k: z.number().nullish(),
  layer: z.union([z.number(), z.string()]).nullish(),
  lm_name: z.string().nullish(),
  submodule_name: z.string().nullish(),
});
const settingsSchema = z.looseObject({
  trainer: trainerSchema.default({}),
  fovea: z
    .looseObject({ site: z.string(), model: z.string(), architecture: z.string(), k: z.number() })
    .partial()
    .optional(),
});
type Settings = z.output<typeof settingsSchema>;

/** Where the tensors of a class are, and what the class does with them. */
interface Layout {
  linear: boolean; // encoder.weight, decoder.weight as torch's Linear has them; else W_enc, W_dec
  beta: string;
  c: string;
  subtractsBias: boolean;
  served: "topk" | "threshold" | "thresholds" | "relu" | "gated";
}

const LAYOUTS: Readonly<Record<string, Layout>> = {
  AutoEncoderTopK: { linear: true, beta: "encoder.bias", c: "b_dec", subtractsBias: true, served: "topk" },
  BatchTopKSAE: { linear: true, beta: "encoder.bias", c: "b_dec", subtractsBias: true, served: "threshold" },
  MatryoshkaBatchTopKSAE: { linear: false, beta: "b_enc", c: "b_dec", subtractsBias: true, served: "threshold" },
  JumpReluAutoEncoder: { linear: false, beta: "b_enc", c: "b_dec", subtractsBias: false, served: "thresholds" },
  AutoEncoder: { linear: true, beta: "encoder.bias", c: "bias", subtractsBias: true, served: "relu" },
  AutoEncoderNew: { linear: true, beta: "encoder.bias", c: "decoder.bias", subtractsBias: false, served: "relu" },
  GatedAutoEncoder: { linear: true, beta: "mag_bias", c: "decoder_bias", subtractsBias: true, served: "gated" },
};

/**
 * Opens `ae.pt` (or a snapshot) of dictionary_learning; its class is that of `config.json` beside it or one folder up, of `dictClass`, or the
 * one whose tensors the file has. A backup, {ae, norm_factor, ...}, has biases and threshold in units of rows over norm_factor.
 * @throws AppError SAE_UNREADABLE
 */
export async function openDictionaryLearning(
  path: string,
  file: TorchFile,
  { dictClass }: { dictClass?: string | undefined } = {},
): Promise<RawSae> {
  const root = mapOf(file.value, file.label);
  const backup = root.get("ae") instanceof Map;
  const tensors = stateTensors(file, backup ? (root.get("ae") as TorchMap) : root);
  const found = await readSettings(path);
  const inBackup = backup && root.get("config") instanceof Map ? plain(root.get("config")!) : undefined;
  const settings =
    found ?? (inBackup ? { trainer: parseSettings(trainerSchema, inBackup, path, "trainer") } : undefined);
  const notices: string[] = [];
  const name = dictClass ?? settings?.trainer.dict_class ?? classByTensors(tensors, notices);
  const layout = LAYOUTS[name];
  if (!layout)
    throw unreadable(`${file.label}: dict_class "${name}" is not supported (${Object.keys(LAYOUTS).join(", ")} are)`);

  const { linear, beta, c, served } = layout;
  const [encoder, decoder] = linear ? ["encoder.weight", "decoder.weight"] : ["W_enc", "W_dec"];
  const more = {
    topk: ["k"],
    threshold: ["k", "threshold"],
    thresholds: ["threshold"],
    relu: [],
    gated: ["r_mag", "gate_bias"],
  };
  checkNames(tensors, [encoder!, beta, decoder!, c, ...more[served]]);
  const first = tensors.shape(encoder!);
  if (first.length !== 2) throw unreadable(`${encoder} is [${first.join(",")}], no matrix`);
  const [n, d] = (linear ? first : [...first].reverse()) as [number, number];
  const shapes: Record<string, number[]> = {
    [encoder!]: linear ? [n, d] : [d, n],
    [beta]: [n],
    [decoder!]: linear ? [d, n] : [n, d],
    [c]: [d],
  };
  if (served === "thresholds") shapes.threshold = [n];
  if (served === "gated") Object.assign(shapes, { r_mag: [n], gate_bias: [n] });
  checkShapes(tensors, shapes, { asked: encoder!, why: `width ${d}, ${n} latents` });
  checkDeclared(settings, n, d);

  const own = settings?.fovea;
  const { trainer } = settings ?? { trainer: undefined };
  const site = own?.site ?? (trainer ? siteOf(trainer) : undefined);
  const model = own?.model ?? trainer?.lm_name ?? undefined;
  const raw: RawSae = {
    names: { beta, c, thresholds: "threshold", k: "k" },
    d,
    n,
    W: linear ? tensors.matrix(encoder!) : transposed(tensors.matrix(encoder!)),
    D: linear ? transposed(tensors.matrix(decoder!)) : tensors.matrix(decoder!),
    beta: await tensors.floats(beta),
    c: await tensors.floats(c),
    activation: served === "topk" ? "topk" : "jumprelu",
    k: tensors.has("k") ? (await tensors.integers("k"))[0] : (own?.k ?? trainer?.k ?? undefined),
    theta:
      served === "relu" ? 0 : served === "topk" || served === "threshold" ? await scalarOf(tensors, "threshold") : -1,
    subtractsBias: layout.subtractsBias,
    provenance: {
      format: "dictionary_learning",
      architecture: own?.architecture ?? name,
      ...(model ? { model } : {}),
      ...(site ? { site } : {}),
      extra: foreignExtra("dictionary_learning", settings ?? { trainer: { dict_class: name } }),
      notices,
    },
    close: file.close,
  };
  if (served === "thresholds") raw.thresholds = await tensors.floats("threshold");
  if (served === "gated") {
    Object.assign(raw, gate(raw.beta, await tensors.floats("r_mag"), await tensors.floats("gate_bias")));
  }
  if (backup) raw.scale = await normFactor(root, file);
  return raw;
}

export function mapOf(value: TorchValue, label: string): TorchMap {
  if (value instanceof Map) return value;
  throw unreadable(`${label} holds no dictionary of tensors`);
}

async function readSettings(path: string): Promise<Settings | undefined> {
  // Snapshots lie in trainer_i/checkpoints, beside which config.json is.
  for (const folder of [dirname(path), dirname(dirname(path))]) {
    const file = join(folder, "config.json");
    const there = await access(file).then(
      () => true,
      () => false,
    );
    if (!there || (folder !== dirname(path) && basename(dirname(path)) !== "checkpoints")) continue;
    return parseSettings(settingsSchema, await readJson(file, ""), file, "dictionary_learning");
  }
  return undefined;
}

/** Settings of a backup as plain values; tensors in it are left out. */
function plain(value: TorchValue): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [String(key), plain(item)]));
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "object" ? null : value;
}

function classByTensors(file: TensorFile, notices: string[]): string {
  const rules: [string, string][] = [
    ["r_mag", "GatedAutoEncoder"],
    ["group_sizes", "MatryoshkaBatchTopKSAE"],
    ["W_enc", "JumpReluAutoEncoder"],
    ["decoder.bias", "AutoEncoderNew"],
    ["bias", "AutoEncoder"],
  ];
  const known = rules.find(([name]) => file.has(name))?.[1];
  if (known) return known;
  if (!file.has("k"))
    throw unreadable(`${file.label}: no known class has these tensors: ${file.names.join(", ") || "none"}`);
  notices.push(
    "AutoEncoderTopK and BatchTopKSAE have the same tensors and there is no config.json: taken as AutoEncoderTopK",
  );
  return "AutoEncoderTopK";
}

function checkDeclared(settings: Settings | undefined, n: number, d: number): void {
  const { activation_dim: width, dict_size: latents } = (settings?.trainer ?? {}) as {
    activation_dim?: unknown;
    dict_size?: unknown;
  };
  for (const [key, declared, found] of [
    ["activation_dim", width, d],
    ["dict_size", latents, n],
  ] as const) {
    if (typeof declared === "number" && declared !== found) {
      throw unreadable(`the encoder is [${n},${d}] but config.json says ${key} = ${declared}`);
    }
  }
}

function siteOf({ submodule_name: module, layer }: z.output<typeof trainerSchema>): string | undefined {
  const named = module ? siteOfHook(module) : undefined;
  if (named || layer == null) return named;
  // Without a module, or with one that has no number (`resid_post`), the layer tells the block.
  return module && !/resid_post|layer|block/.test(module) ? undefined : siteOfHook(`layers.${layer}`);
}

async function scalarOf(file: TensorFile, name: string): Promise<number> {
  if (!file.has(name)) return -1;
  const [value] = await file.floats(name);
  return value !== undefined && value >= 0 ? value : -1;
}

async function normFactor(root: TorchMap, file: TorchFile): Promise<number> {
  const given = root.get("norm_factor");
  const value = isTensor(given) ? (await file.readFloat32(given, "norm_factor"))[0] : (given ?? 1);
  if (typeof value === "number" && value > 0 && Number.isFinite(value)) return value;
  throw unreadable(`${file.label}: norm_factor of the backup is ${String(value)}`);
}
