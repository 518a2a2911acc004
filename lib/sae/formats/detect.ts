import { readdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { unreadable } from "@/lib/sae/formats/tensor-file";

/** Formats that are written; Gemma Scope's is read only. */
export const SAE_FORMATS = ["sparsify", "saelens", "dictionary_learning", "openai"] as const;
export type SaeFormat = (typeof SAE_FORMATS)[number];

/** Where an SAE lies: a folder, or one file of torch, whose tensors tell which of two formats it is. */
export type FoundSae =
  | { layout: "sparsify"; folder: string }
  | { layout: "saelens"; folder: string }
  | { layout: "torch"; file: string }
  | { layout: "npz"; file: string };

/**
 * Finds out what a path holds, in this order: `sae_weights.safetensors` with `cfg.json` (SAELens); `sae.safetensors` with `cfg.json`, here or in
 * one sub-folder (sparsify); `ae.pt` (dictionary_learning); another single `.pt` (OpenAI, by its tensors); `params.npz` (Gemma Scope). A file stands for its folder, or
 * for itself.
 * @throws AppError SAE_UNREADABLE that lists what is there
 */
export async function detectSae(path: string): Promise<FoundSae> {
  const info = await stat(path).catch((cause) => {
    throw unreadable(`There is nothing at ${path}.`, cause);
  });
  if (!info.isDirectory()) {
    if (path.endsWith(".npz")) return { layout: "npz", file: path };
    if (/\.(pt|pth|bin)$/.test(path)) return { layout: "torch", file: path };
    if (["sae_weights.safetensors", "sae.safetensors", "cfg.json"].includes(basename(path)))
      return detectSae(dirname(path));
    throw unreadable(
      `${basename(path)} is no file of an SAE that is known (.pt, params.npz, sae.safetensors, sae_weights.safetensors)`,
    );
  }
  const entries = (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = entries.map(({ name }) => name);
  const has = (name: string) => names.includes(name);
  if (has("sae_weights.safetensors") && has("cfg.json")) return { layout: "saelens", folder: path };
  if (has("sae.safetensors") && has("cfg.json")) return { layout: "sparsify", folder: path };
  const below: string[] = [];
  for (const entry of entries)
    if (entry.isDirectory() && (await isSparsify(join(path, entry.name)))) below.push(entry.name);
  if (below.length === 1) return { layout: "sparsify", folder: join(path, below[0]!) };
  if (below.length > 1) throw unreadable(`${path} holds ${below.length} SAEs: name one of ${below.join(", ")}`);
  if (has("ae.pt")) return { layout: "torch", file: join(path, "ae.pt") };
  const others = names.filter((name) => name.endsWith(".pt") && !/^(state|optimizer.*|lr_scheduler.*)\.pt$/.test(name));
  if (others.length === 1) return { layout: "torch", file: join(path, others[0]!) };
  if (has("params.npz")) return { layout: "npz", file: join(path, "params.npz") };
  throw unreadable(`${path}: ${whyNot(names)}; found ${names.join(", ") || "an empty folder"}`);
}

async function isSparsify(folder: string): Promise<boolean> {
  const names = await readdir(folder);
  return names.includes("sae.safetensors") && names.includes("cfg.json");
}

function whyNot(names: readonly string[]): string {
  if (names.includes("adapter_model.safetensors")) {
    return "adapter_model.safetensors is of a trainer whose SAEs have neither a bias nor a ReLU (sae_encoder.weight, sae_W_dec), which is not supported";
  }
  return `no SAE of a known format (${SAE_FORMATS.join(", ")}, Gemma Scope)`;
}
