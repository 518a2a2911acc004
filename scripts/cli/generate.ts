import { parseArgs } from "node:util";
import { AppError } from "../../lib/core/errors";
import { openLanguageModel } from "../../lib/model/open";
import type { SiteEdit, Span } from "../../lib/model/types";
import { disposeSharedEncoder } from "../../lib/sae/encode";
import { STEER_METHODS, type SteerMethod, steer } from "../../lib/sae/steer";
import { type Command, folderOf, INPUT_OPTIONS, inputOf, saeAt } from "./command";

const SPANS = ["image", "question", "answer"] as const;

export const generateCommand: Command = {
  usage:
    "generate --model MODEL [--image FILE] --prompt TEXT [--sae FOLDER --steer FEATURE[:METHOD]=STRENGTH ... [--where image,question,answer] [--site SITE]] [--max-tokens N] [--temperature T] [--top-p P] [--seed S]",
  about: `Streams an answer, steered or not. METHOD is ${STEER_METHODS.join(", ")} (default add); STRENGTH is in raw units.`,
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
    const edits = values.steer.length > 0 ? [await steering(values.steer, values)] : [];
    const model = await openLanguageModel(await folderOf(values.model));
    try {
      const sampling = {
        maxTokens: Number(values["max-tokens"]),
        temperature: Number(values.temperature),
        topP: Number(values["top-p"]),
        seed: Number(values.seed),
      };
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
  const where = given.where?.split(",");
  const unknown = where?.find((span) => !SPANS.includes(span as Span));
  if (unknown) throw new AppError("INVALID_INPUT", `--where takes ${SPANS.join(", ")}, not "${unknown}".`);
  const parsed = steps.map(parseStep);
  const beyond = parsed.find(({ feature }) => feature >= sae.n);
  if (beyond) throw new AppError("INVALID_INPUT", `The SAE has ${sae.n} features; there is no #${beyond.feature}.`);
  return steer(sae, site, parsed, where as Span[] | undefined);
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
