import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { AppError } from "../../lib/core/errors";
import { openSafetensors } from "../../lib/formats/safetensors";
import { createEncoder } from "../../lib/sae/encode";
import { evaluateSae, type RowSource } from "../../lib/sae/evaluate";
import { openSaeFile, openStoredSae } from "../../lib/sae/formats/open";
import { sourceHashes, withSourceHashes } from "../../lib/sae/formats/source-files";
import { guessedCount, type StoredSae, withGuess } from "../../lib/sae/formats/stored-sae";
import { reportMetrics } from "../../lib/sae/metrics";
import type { Sae } from "../../lib/sae/sae";
import { saveSae } from "../../lib/sae/sparsify";
import { calibrateThreshold } from "../../lib/sae/threshold";
import { type Command, required } from "./command";

export const saeImport: Command = {
  usage: "sae import PATH --out FOLDER [--calibrate rows.safetensors] [--site SITE] [--class DICT_CLASS]",
  about:
    "Reads an SAE of sparsify, SAELens, dictionary_learning or OpenAI (folder or file), folds it into raw units and writes it in Fovea's layout. --calibrate: hidden states [rows, d] to set a threshold on and to measure L0 and FVU.",
  async run(argv) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        out: { type: "string" },
        calibrate: { type: "string" },
        site: { type: "string" },
        class: { type: "string" },
      },
    });
    const path = positionals[0];
    if (path === undefined) throw new AppError("INVALID_INPUT", "Say which SAE: a folder or a file.");
    const out = required(values.out, "out");
    if (resolve(out) === resolve(path)) throw new AppError("INVALID_INPUT", "--out must be another folder than PATH.");
    const options = { dictClass: values.class };
    if (values.calibrate === undefined) {
      const sae = withSite(await openStoredSae(path, options), values.site);
      try {
        await saveSae(out, await withHashes(sae, path));
      } finally {
        await sae.close();
      }
      return report(sae, out);
    }
    const read = withSite(await openSaeFile(path, { ...options, uncalibrated: true }), values.site);
    const { sae, lines } = await calibrated(read, values.calibrate);
    await saveSae(out, await withHashes(sae, path));
    report(sae, out, lines);
  },
};

function withSite<S extends Sae | StoredSae>(sae: S, site: string | undefined): S {
  return site === undefined ? sae : { ...sae, provenance: { ...sae.provenance, site } };
}

/** Which files it came from is kept with it. */
async function withHashes<S extends Sae | StoredSae>(sae: S, path: string): Promise<S> {
  return { ...sae, provenance: withSourceHashes(sae.provenance, await sourceHashes(path)) };
}

/** Sets a threshold where there is none, takes k from the rows where it was a guess, and says how the SAE does on them. */
async function calibrated(sae: Sae, path: string): Promise<{ sae: Sae; lines: string[] }> {
  const { rows, close } = await openRows(path, sae.d);
  const encoder = await createEncoder();
  try {
    const unset = !sae.thresholds && !(sae.theta >= 0);
    const found = unset ? await calibrateThreshold(sae, rows, encoder) : undefined;
    const ready = found ? { ...sae, theta: found.theta } : sae;
    const { all } = reportMetrics(await evaluateSae(ready, rows, encoder));
    const l0 = all.l0?.mean ?? 0;
    const lines = [
      ...(found
        ? [`threshold  ${found.theta.toPrecision(6)}, at which ${found.l0.toFixed(2)} latents are active on average`]
        : []),
      `on ${all.rows} rows  L0 ${l0.toFixed(2)}, FVU ${all.fvu?.toFixed(4) ?? "undefined"}`,
    ];
    const guessed = guessedCount(sae.provenance);
    const k = guessed ? Math.min(sae.n, Math.max(1, Math.round(l0))) : sae.k;
    if (all.fvu !== null && all.fvu > 1)
      lines.push("! It explains these rows worse than their mean does: another site, or other rows?");
    else if (!guessed && Math.abs(l0 - k) > 0.2 * k)
      lines.push(`! L0 is off k = ${k} by more than a fifth: other rows than it was trained on?`);
    const provenance = withGuess(sae.provenance, false);
    const notices = provenance.notices.filter((notice) => !guessed || !notice.includes("is a guess"));
    return { sae: { ...ready, k, provenance: { ...provenance, notices } }, lines };
  } finally {
    await encoder.dispose();
    await close();
  }
}

/** Rows that are encoded together. */
const BATCH = 4096;

/** The rows of a file with one tensor [rows, d]. */
async function openRows(path: string, d: number): Promise<{ rows: RowSource; close: () => Promise<void> }> {
  const file = await openSafetensors(path);
  const [name, ...others] = [...file.tensors.keys()];
  const shape = name === undefined ? [] : file.info(name).shape;
  if (name === undefined || others.length > 0 || shape.length !== 2 || shape[1] !== d || shape[0] === 0) {
    await file.close();
    const found =
      name === undefined ? "nothing" : others.length > 0 ? `${others.length + 1} tensors` : `[${shape.join(",")}]`;
    throw new AppError(
      "INVALID_INPUT",
      `${path} holds ${found}: --calibrate takes one tensor [rows, ${d}], as fovea tap writes it.`,
    );
  }
  const count = shape[0] as number;
  return {
    async *rows() {
      for (let from = 0; from < count; from += BATCH) {
        const to = Math.min(count, from + BATCH);
        yield { acts: { data: await file.readFloat32Range(name, from * d, to * d), rows: to - from, cols: d } };
      }
    },
    close: () => file.close(),
  };
}

function report(sae: Sae | StoredSae, out: string, lines: readonly string[] = []): void {
  const { n, d, k, activation, thresholds, theta, input, provenance } = sae;
  const threshold = thresholds
    ? "thresholds by latent"
    : theta >= 0
      ? `threshold ${theta.toPrecision(6)}`
      : "no threshold";
  const rows = input === "layer_norm" ? ", of rows brought to mean 0 and deviation 1" : "";
  console.log(`found      ${provenance.format}${provenance.architecture ? `, ${provenance.architecture}` : ""}`);
  console.log(`SAE        ${n} latents of width ${d}, ${activation}, k ${k}, ${threshold}${rows}`);
  console.log(`site       ${provenance.site ?? "not stated: give --site to fovea sae add"}`);
  for (const line of lines) console.log(line);
  for (const notice of provenance.notices) console.log(`- ${notice}`);
  console.log(`${out}: written. Register it with: npx fovea sae add ${out} --model MODEL --slug NAME`);
}
