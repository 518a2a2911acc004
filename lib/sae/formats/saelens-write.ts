import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { writeSafetensors } from "@/lib/formats/safetensors-write";
import { inMemory, transposed } from "@/lib/formats/stored-matrix";
import { writeJson } from "@/lib/sae/formats/json-file";
import { hookOfSite, siteOfHook } from "@/lib/sae/formats/site-names";
import { type StoredSae, sourceConfig, stored } from "@/lib/sae/formats/stored-sae";
import type { Sae } from "@/lib/sae/sae";

/** The version whose settings these are: without one, SAELens takes them for the flat ones before 6. */
const VERSION = "6.0.0";

/**
 * Writes an SAE as SAELens 6 loads it (`SAE.load_from_disk`): topk, or jumprelu with one threshold per latent; float32. What SAELens has no
 * place for is under `metadata.fovea`. Matrices are read while they are written, a block at a time.
 */
export async function writeSaelens(folder: string, sae: Sae | StoredSae): Promise<void> {
  const { n, d, W, D, provenance, ...rest } = stored(sae);
  const { k, theta, activation, input } = rest;
  const threshold = rest.thresholds ?? new Float32Array(n).fill(theta);
  const vector = (name: string, values: Float32Array) => ({
    name,
    dtype: "F32" as const,
    shape: [values.length],
    stored: inMemory(name, values, 1, values.length),
  });
  await mkdir(folder, { recursive: true });
  await writeSafetensors(join(folder, "sae_weights.safetensors"), [
    { name: "W_enc", dtype: "F32", shape: [d, n], stored: transposed(W) },
    { name: "W_dec", dtype: "F32", shape: [n, d], stored: D },
    vector("b_enc", rest.beta),
    vector("b_dec", rest.c),
    ...(activation === "jumprelu" ? [vector("threshold", threshold)] : []),
  ]);
  const { model, site, architecture } = provenance;
  const before = sourceConfig(provenance, "saelens")?.metadata as Record<string, unknown> | undefined;
  // A hook that names the same place is kept as it was written.
  const hook = before?.hook_name;
  const named = typeof hook === "string" && siteOfHook(hook) === site ? hook : site && hookOfSite(site);
  await writeJson(join(folder, "cfg.json"), {
    d_in: d,
    d_sae: n,
    dtype: "float32",
    device: "cpu",
    architecture: activation,
    apply_b_dec_to_input: true,
    normalize_activations: input ?? "none",
    reshape_activations: "none",
    ...(activation === "topk" ? { k, rescale_acts_by_decoder_norm: false } : {}),
    metadata: {
      model_name: model,
      ...before,
      hook_name: named,
      sae_lens_version: VERSION,
      fovea: { k, theta, architecture, model, site },
    },
  });
}
