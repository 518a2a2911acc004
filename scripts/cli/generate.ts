import { parseArgs } from "node:util";
import { AppError } from "../../lib/core/errors";
import { openLanguageModel } from "../../lib/model/open";
import type { SiteEdit } from "../../lib/model/types";
import { disposeSharedEncoder } from "../../lib/sae/encode";
import { steer } from "../../lib/sae/steer";
import { STEER_METHODS, type SteerMethod } from "../../lib/sae/steer-methods";
import { POSITIONS, type Where } from "../../lib/steering/schema";
import { placesWhere } from "../../lib/steering/where";
import { type Command, folderOf, INPUT_OPTIONS, inputOf, numberOf, saeAt } from "./command";

export const generateCommand: Command = {
  usage:
    "generate --model MODEL [--image FILE] --prompt TEXT [--sae FOLDER --steer FEATURE[:METHOD]=STRENGTH ... [--where PLACE] [--site SITE]] [--max-tokens N] [--temperature T] [--top-p P] [--seed S]",
  about: `Streams an answer, steered or not. METHOD is ${STEER_METHODS.join(", ")} (default add); STRENGTH is in raw units; PLACE is ${POSITIONS.join(", ")} or ranges of positions such as 0-3,12-20.`,
  async run(argv) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        ...INPUT_OPTIONS,
        sae: { type: "string" },
        steer: { type: "string", multiple: true, default: [] },
        where: { type: "string" },
        "max-tokens": { type: "string", default: "64" },
        temperature: { type: "string", default: "0" },
        "top-p": { type: "string", default: "1" },
        seed: { type: "string", default: "0" },
      },
    });
    const sampling = {
      maxTokens: numberOf(values["max-tokens"], "max-tokens", { whole: true, from: 1 }),
      temperature: numberOf(values.temperature, "temperature"),
      topP: numberOf(values["top-p"], "top-p"),
      seed: numberOf(values.seed, "seed", { whole: true }),
    };
    const edits = values.steer.length > 0 ? [await steering(values.steer, values)] : [];
    const model = await openLanguageModel(await folderOf(values.model));
    try {
      for await (const { text } of model.generate({ ...(await inputOf(model, values)), ...sampling, edits })) {
        process.stdout.write(text);
      }
      process.stdout.write("\n");
    } finally {
      await model.dispose();
      await disposeSharedEncoder();
    }
  },
};

async function steering(
  steps: readonly string[],
  given: { sae?: string | undefined; site?: string | undefined; where?: string | undefined },
): Promise<SiteEdit> {
  const { sae, site } = await saeAt(given);
  const where = placesWhere({ positions: positionsOf(given.where ?? "all") }, undefined);
  const parsed = steps.map((step) => ({ sae, where, ...parseStep(step) }));
  const beyond = parsed.find(({ feature }) => feature >= sae.n);
  if (beyond) throw new AppError("INVALID_INPUT", `The SAE has ${sae.n} features; there is no #${beyond.feature}.`);
  return steer(site, parsed);
}

/** A part of the conversation, or ranges of positions, ends included: 0-3,12. */
function positionsOf(text: string): Where["positions"] {
  const named = POSITIONS.find((name) => name === text);
  if (named) return named;
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(text)) {
    throw new AppError(
      "INVALID_INPUT",
      `--where takes ${POSITIONS.join(", ")}, or positions such as 0-3,12, not "${text}".`,
    );
  }
  return text.split(",").map((range) => {
    const [from, to] = range.split("-").map(Number) as [number, number?];
    return [from, (to ?? from) + 1];
  });
}

/** 310=4, 310:clamp=0 */
function parseStep(text: string) {
  const found = /^#?(\d+)(?::(\w+))?=(-?\d+(?:\.\d+)?)$/.exec(text);
  const method = (found?.[2] ?? "add") as SteerMethod;
  if (!found || !STEER_METHODS.includes(method)) {
    throw new AppError(
      "INVALID_INPUT",
      `--steer "${text}" is not FEATURE[:METHOD]=STRENGTH, such as 310=4 or 310:clamp=0. Methods: ${STEER_METHODS.join(", ")}.`,
    );
  }
  return { feature: Number(found[1]), method, strength: Number(found[3]) };
}
