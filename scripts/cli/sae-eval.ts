import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { z } from "zod";
import { AppError } from "../../lib/core/errors";
import { openSafetensors, type Safetensors } from "../../lib/formats/safetensors";
import { openLanguageModel } from "../../lib/model/open";
import type { TapInput } from "../../lib/model/types";
import { measureCe } from "../../lib/sae/ce-recovered";
import { createEncoder, disposeSharedEncoder } from "../../lib/sae/encode";
import { evaluateSae, type RowSource } from "../../lib/sae/evaluate";
import { reportMetrics } from "../../lib/sae/metrics";
import type { Sae } from "../../lib/sae/sae";
import { type Command, folderOf, numberOf, readImage, required, saeAt } from "./command";
import { ceTable, metricTable } from "./metric-table";

/** Rows that are encoded together. */
const BATCH = 8192;

export const saeEvalCommand: Command = {
  usage:
    "sae eval --sae FOLDER --activations rows.safetensors [--rows NAME] [--kinds NAME] [--model MODEL (--examples FILE | --scenes N)] [--out metrics.json]",
  about:
    "Measures an SAE on rows of hidden states, float32 [rows, d]: FVU, L0, dead latents, cosine, apart for images and text where the tensor --kinds [rows] (default `kinds`) holds row kinds. With a model also its cross-entropy through the SAE, on conversations (one JSON a line: messages, image: FILE) or on scenes of the built-in world.",
  async run(argv) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        sae: { type: "string" },
        activations: { type: "string" },
        rows: { type: "string" },
        kinds: { type: "string" },
        model: { type: "string" },
        site: { type: "string" },
        examples: { type: "string" },
        scenes: { type: "string", default: "200" },
        out: { type: "string" },
      },
    });
    const path = required(values.activations, "activations");
    const { sae, site } = await saeAt(values).catch(async (error) => {
      // Rows alone need no site.
      if (values.model) throw error;
      return { ...(await saeAt({ ...values, site: "unknown" })), site: undefined };
    });
    const file = await openSafetensors(path);
    const encoder = await createEncoder();
    try {
      const metrics = reportMetrics(await evaluateSae(sae, await rowsOf(file, sae, values), encoder));
      console.log(metricTable(metrics));
      const ce = values.model && site ? await crossEntropy(sae, site, values) : undefined;
      if (ce) console.log(`\n${ceTable(ce)}`);
      if (values.out) {
        await writeFile(values.out, `${JSON.stringify({ heldOut: metrics, ...(ce ? { ce } : {}) }, null, 1)}\n`);
        console.log(`\n${values.out}`);
      }
    } finally {
      await encoder.dispose();
      await disposeSharedEncoder();
      await file.close();
    }
  },
};

/** A pass over the tensor of rows: the one named, or the only one as wide as the SAE. */
async function rowsOf(
  file: Safetensors,
  { d }: Sae,
  given: { rows?: string | undefined; kinds?: string | undefined },
): Promise<RowSource> {
  const fits = [...file.tensors].filter(([, { shape }]) => shape.length === 2 && shape[1] === d).map(([name]) => name);
  const name = given.rows ?? fits[0];
  if (!name || !fits.includes(name)) {
    throw new AppError("INVALID_INPUT", `${file.label} has no tensor ${name ?? ""}[rows, ${d}], which the SAE takes.`);
  }
  if (!given.rows && fits.length > 1) {
    throw new AppError(
      "INVALID_INPUT",
      `${file.label} has several tensors of width ${d}: name one of ${fits.join(", ")} with --rows.`,
    );
  }
  const rows = file.info(name).shape[0] as number;
  const kindsName = given.kinds ?? (file.tensors.has("kinds") ? "kinds" : undefined);
  const kinds = kindsName === undefined ? undefined : Uint8Array.from(await file.readIntegers(kindsName));
  if (kinds && kinds.length !== rows) {
    throw new AppError("INVALID_INPUT", `${file.label} has ${rows} rows and ${kinds.length} kinds: one for each row.`);
  }
  return async function* () {
    for (let from = 0; from < rows; from += BATCH) {
      const to = Math.min(rows, from + BATCH);
      const data = await file.readFloat32Range(name, from * d, to * d);
      yield { acts: { data, rows: to - from, cols: d }, ...(kinds ? { kinds: kinds.subarray(from, to) } : {}) };
    }
  };
}

async function crossEntropy(
  sae: Sae,
  site: string,
  given: { model?: string | undefined; examples?: string | undefined; scenes: string },
) {
  const examples = given.examples === undefined ? await scenes(given.scenes) : await conversations(given.examples);
  const model = await openLanguageModel(await folderOf(given.model));
  try {
    const counted = process.stderr.isTTY;
    return await measureCe({
      ...{ model, site, sae, examples },
      onExample: (_, done) => counted && process.stderr.write(`\r${done} examples`),
    });
  } finally {
    if (process.stderr.isTTY) process.stderr.write("\n");
    await model.dispose();
  }
}

async function scenes(count: string) {
  const { env } = await import("../../lib/core/env");
  const { openAtlas } = await import("../../lib/world/atlas");
  const { SPLITS } = await import("../../lib/world/scene");
  const { worldExamples } = await import("../../lib/datasets/world-examples");
  const atlas = await openAtlas(`${env().FOVEA_HOME}/cache`);
  return worldExamples(atlas, {
    from: SPLITS.validation + 2_000_000,
    count: numberOf(count, "scenes", { whole: true, from: 1 }),
  });
}

const exampleSchema = z.object({
  messages: z.array(z.object({ role: z.enum(["user", "assistant", "system"]), content: z.string() })).min(1),
  image: z.string().optional(),
});

/** Conversations of a file, one JSON a line; images are read as they are needed. */
async function conversations(path: string) {
  const lines = (await readFile(path, "utf8")).split("\n").filter((line) => line.trim() !== "");
  const parsed = lines.map((line, i) => {
    const found = exampleSchema.safeParse(tryJson(line));
    if (found.success) return found.data;
    throw new AppError("INVALID_INPUT", `${path}, line ${i + 1}: expected { "messages": [...], "image": "FILE" }.`);
  });
  return async function* (): AsyncGenerator<TapInput> {
    for (const { messages, image } of parsed) {
      const first = messages.findIndex(({ role }) => role === "user");
      yield image === undefined
        ? { messages }
        : {
            image: await readImage(image),
            messages: messages.map((message, i) => (i === first ? { ...message, image: true as const } : message)),
          };
    }
  };
}

function tryJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
