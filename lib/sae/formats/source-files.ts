import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { basename, dirname, join } from "node:path";
import { detectSae } from "@/lib/sae/formats/detect";
import type { SaeProvenance } from "@/lib/sae/sae";

/**
 * SHA-256 of the files that an SAE is read from, by name: says later which download a checkpoint came from. Files that are not there are left
 * out. @throws AppError SAE_UNREADABLE as detectSae
 */
export async function sourceHashes(path: string): Promise<Record<string, string>> {
  const found = await detectSae(path);
  const files =
    found.layout === "torch" || found.layout === "npz"
      ? [found.file, join(dirname(found.file), "config.json")]
      : ["cfg.json", found.layout === "saelens" ? "sae_weights.safetensors" : "sae.safetensors"].map((name) =>
          join(found.folder, name),
        );
  const out: Record<string, string> = {};
  for (const file of files) {
    const hash = await sha256(file).catch(() => undefined);
    if (hash !== undefined) out[basename(file)] = hash;
  }
  return out;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** With the hashes beside the settings of the source. */
export function withSourceHashes(provenance: SaeProvenance, files: Record<string, string>): SaeProvenance {
  const fovea = (provenance.extra.fovea ?? {}) as Record<string, unknown>;
  const source = { format: provenance.format, ...(fovea.source as object | undefined), files };
  return { ...provenance, extra: { ...provenance.extra, fovea: { ...fovea, source } } };
}
