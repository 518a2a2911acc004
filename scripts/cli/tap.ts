import { parseArgs } from "node:util";
import { openModel } from "../../lib/model/open";
import { type Command, folderOf, INPUT_OPTIONS, inputOf, required, writeRows } from "./command";

export const tapCommand: Command = {
  usage: "tap --model MODEL --site SITE [--image FILE] [--prompt TEXT] --out x.safetensors",
  about: "Writes the hidden states at a site, float32 [tokens, d]; only the graph up to the site runs.",
  async run(argv) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        ...INPUT_OPTIONS,
        out: { type: "string" },
      },
    });
    const [site, out] = [required(values.site, "site"), required(values.out, "out")];
    const model = await openModel(await folderOf(values.model));
    try {
      const [tap] = await model.tap([await inputOf(model, values)], site);
      await writeRows(out, site, tap!.acts);
    } finally {
      await model.dispose();
    }
  },
};
