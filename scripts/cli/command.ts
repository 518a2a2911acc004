import { readFile } from "node:fs/promises";
import { AppError } from "../../lib/core/errors";
import { writeSafetensors } from "../../lib/formats/safetensors-write";
import { decodeImage, type RgbImage } from "../../lib/media/image";
import { modelFolder } from "../../lib/model/hub/folder";
import type { AnyModel, TapInput } from "../../lib/model/types";
import { loadSae } from "../../lib/sae/sparsify";
import type { Matrix } from "../../lib/tensor/matrix";
import { showDownload } from "./show-download";

export interface Command {
  /** What is written after `fovea`. */
  usage: string;
  about: string;
  run(argv: readonly string[]): Promise<void>;
}

/** A value that must be given. */
export function required(value: string | undefined, option: string): string {
  if (value === undefined) throw new AppError("INVALID_INPUT", `Give --${option}.`);
  return value;
}

/** A number that was given as text. */
export function numberOf(text: string, option: string, { whole = false, from = 0 } = {}): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= from && (!whole || Number.isInteger(value)))
    return value;
  throw new AppError("INVALID_INPUT", `--${option} takes a ${whole ? "whole number" : "number"} from ${from} on.`);
}

/** Options of every command that gives a model something to read. */
export const INPUT_OPTIONS = {
  model: { type: "string" },
  site: { type: "string" },
  image: { type: "string" },
  prompt: { type: "string" },
} as const;

/** The folder of the model that was given as a folder or by its id on the hub, downloaded if need be. */
export async function folderOf(model: string | undefined): Promise<string> {
  return modelFolder(required(model, "model"), { report: showDownload(process.stderr) });
}

/** The SAE of a folder in sparsify layout, and the site that it is of or that was given. */
export async function saeAt(given: { sae?: string | undefined; site?: string | undefined }) {
  const sae = await loadSae(required(given.sae, "sae"));
  const site = given.site ?? sae.provenance.site;
  if (!site) throw new AppError("INVALID_INPUT", "The SAE does not say which site it is of: give --site.");
  return { sae, site };
}

/** What the model reads: the prompt goes through its chat template, with the image in the same turn. */
export async function inputOf(model: AnyModel, given: { image?: string; prompt?: string }): Promise<TapInput> {
  const image = given.image === undefined ? undefined : await readImage(given.image);
  if (model.kind === "vision") return { messages: [], ...(image ? { image } : {}) };
  const content = required(given.prompt, "prompt");
  return { messages: [{ role: "user", content, ...(image ? { image: true } : {}) }], ...(image ? { image } : {}) };
}

export async function readImage(path: string): Promise<RgbImage> {
  const bytes = await readFile(path).catch((cause) => {
    throw new AppError("INVALID_INPUT", `There is no readable image at ${path}.`, { cause });
  });
  return decodeImage(bytes);
}

/** One float32 tensor [rows, cols] under the site's name. */
export async function writeRows(path: string, site: string, { data, rows, cols }: Matrix): Promise<void> {
  await writeSafetensors(path, [{ name: site, dtype: "F32", shape: [rows, cols], data }]);
  console.log(`${path}: ${site} [${rows}, ${cols}]`);
}
