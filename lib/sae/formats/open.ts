import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { AppError } from "@/lib/core/errors";
import { type CanonicalOptions, canonical, loadRaw } from "@/lib/sae/formats/canonical";
import { detectSae, type SaeFormat } from "@/lib/sae/formats/detect";
import { mapOf, openDictionaryLearning } from "@/lib/sae/formats/dictionary-learning";
import { writeDictionaryLearning } from "@/lib/sae/formats/dictionary-learning-write";
import { openGemmaScope } from "@/lib/sae/formats/gemma-scope";
import { openOpenai } from "@/lib/sae/formats/openai";
import { writeOpenai } from "@/lib/sae/formats/openai-write";
import { openSaelens } from "@/lib/sae/formats/saelens";
import { writeSaelens } from "@/lib/sae/formats/saelens-write";
import { siteOfHook } from "@/lib/sae/formats/site-names";
import type { RawSae, StoredSae } from "@/lib/sae/formats/stored-sae";
import { openTorchFile, unreadable } from "@/lib/sae/formats/tensor-file";
import type { Sae } from "@/lib/sae/sae";
import { openSparsify, saveSae } from "@/lib/sae/sparsify";

export interface OpenSaeOptions extends CanonicalOptions {
  /** Class of a file of dictionary_learning that has no config.json. */
  dictClass?: string | undefined;
}

/**
 * Loads an SAE of any known format in canonical form; what was folded and noted is in its provenance. Each matrix is in memory once.
 * @param path of a folder or a file @throws AppError SAE_UNREADABLE
 */
export async function openSaeFile(path: string, options?: OpenSaeOptions): Promise<Sae> {
  return loadRaw(await openRaw(path, options), options);
}

/** The same with the matrices left in the file: checked, and read once more by whoever writes it elsewhere. Close it when done. */
export async function openStoredSae(path: string, options?: OpenSaeOptions): Promise<StoredSae> {
  const raw = await openRaw(path, options);
  try {
    return await canonical(raw, options);
  } catch (error) {
    await raw.close();
    throw error;
  }
}

async function openRaw(path: string, options?: OpenSaeOptions): Promise<RawSae> {
  const found = await detectSae(path);
  if (found.layout === "saelens") return openSaelens(found.folder);
  if (found.layout === "sparsify") {
    const raw = await openSparsify(found.folder);
    // The folder of a run's SAE is named by its hook.
    const site = raw.provenance.site ?? siteOfHook(basename(found.folder));
    return site ? { ...raw, provenance: { ...raw.provenance, site } } : raw;
  }
  if (found.layout === "npz") return openGemmaScope(found.file);
  await refuseOtherTools(found.file);
  const file = await openTorchFile(found.file);
  try {
    const root = mapOf(file.value, file.label);
    if (root.has("pre_bias")) return await openOpenai(file);
    if (root.has("cfg") && root.has("state_dict")) {
      throw unreadable(`${file.label} is a checkpoint of ViT-Prisma ({cfg, state_dict}), which is not supported`);
    }
    return await openDictionaryLearning(found.file, file, options);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** saev puts a line of JSON before a torch file. */
async function refuseOtherTools(path: string): Promise<void> {
  for await (const chunk of createReadStream(path, { end: 0 })) {
    if ((chunk as Buffer)[0] === 0x7b) {
      throw unreadable(
        `${basename(path)} begins with a line of JSON like a checkpoint of saev, which is not supported`,
      );
    }
  }
}

const WRITERS: Record<SaeFormat, (folder: string, sae: Sae | StoredSae) => Promise<void>> = {
  sparsify: saveSae,
  saelens: writeSaelens,
  dictionary_learning: writeDictionaryLearning,
  openai: writeOpenai,
};

/**
 * Writes an SAE in a format, whatever it came from. Lossless: what the format has no place for is kept beside it where it has room for notes.
 * @throws AppError INVALID_INPUT when the format cannot hold this SAE
 */
export async function exportSae(sae: Sae | StoredSae, format: SaeFormat, folder: string): Promise<void> {
  if (sae.provenance.transcoder && format !== "sparsify") {
    throw new AppError(
      "INVALID_INPUT",
      "This is a transcoder, and other formats would take it for an SAE of the site that it reads.",
    );
  }
  await WRITERS[format](folder, sae);
}
