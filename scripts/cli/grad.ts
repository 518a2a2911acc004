import { parseArgs } from "node:util";
import { AppError } from "../../lib/core/errors";
import { openLanguageModel } from "../../lib/model/open";
import type { VisionLanguageModel } from "../../lib/model/types";
import { type Command, folderOf, INPUT_OPTIONS, inputOf, required, writeRows } from "./command";

export const gradCommand: Command = {
  usage: "grad --model MODEL --site SITE [--image FILE] --prompt TEXT --plus TOKEN --minus TOKEN --out x.safetensors",
  about:
    "Writes the gradient of logit(plus) - logit(minus) at the last prompt position, float32 [tokens, d]. TOKEN is an id or exactly one token of text.",
  async run(argv) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        ...INPUT_OPTIONS,
        plus: { type: "string" },
        minus: { type: "string" },
        out: { type: "string" },
      },
    });
    const [site, out] = [required(values.site, "site"), required(values.out, "out")];
    const model = await openLanguageModel(await folderOf(values.model));
    try {
      const plus = tokenOf(model, required(values.plus, "plus"), "plus");
      const minus = tokenOf(model, required(values.minus, "minus"), "minus");
      const { acts, value } = await model.gradient(await inputOf(model, values), site, { plus, minus });
      await writeRows(out, site, acts);
      console.log(`logit(${plus}) - logit(${minus}) = ${value}`);
    } finally {
      await model.dispose();
    }
  },
};

/** An id, or text that is one token. Digits are an id. */
export function tokenOf(model: VisionLanguageModel, text: string, option: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  const ids = model.tokenize(text);
  if (ids.length === 1) return ids[0] as number;
  const parts = ids.map((id) => JSON.stringify(model.tokenText(id))).join(" ");
  throw new AppError(
    "INVALID_INPUT",
    `--${option} ${JSON.stringify(text)} is ${ids.length} tokens (${parts}): give one of them, or a token's id. A leading space counts.`,
  );
}
