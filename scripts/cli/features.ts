import { parseArgs } from "node:util";
import { openModel } from "../../lib/model/open";
import { disposeSharedEncoder, encode } from "../../lib/sae/encode";
import { type Command, folderOf, INPUT_OPTIONS, inputOf, numberOf, saeAt } from "./command";

interface Fired {
  feature: number;
  max: number;
  at: number;
  tokens: number;
}

export const featuresCommand: Command = {
  usage: "features --model MODEL --sae FOLDER [--site SITE] [--image FILE] --prompt TEXT [--top 20]",
  about:
    "Lists the features of an SAE (sparsify layout) that fire most: strongest value, where, and on how many tokens.",
  async run(argv) {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        ...INPUT_OPTIONS,
        sae: { type: "string" },
        top: { type: "string", default: "20" },
      },
    });
    const top = numberOf(values.top, "top", { whole: true, from: 1 });
    const { sae, site } = await saeAt(values);
    const model = await openModel(await folderOf(values.model));
    try {
      const [tap] = await model.tap([await inputOf(model, values)], site);
      const { index, value, k } = await encode(tap!.acts, sae);
      const fired = new Map<number, Fired>();
      for (let t = 0; t < index.length; t++) {
        const [feature, z, at] = [index[t] as number, value[t] as number, Math.floor(t / k)];
        if (z <= 0) continue;
        const known = fired.get(feature) ?? { feature, max: 0, at, tokens: 0 };
        fired.set(feature, { ...known, ...(z > known.max ? { max: z, at } : {}), tokens: known.tokens + 1 });
      }
      const best = [...fired.values()].sort((a, b) => b.max - a.max).slice(0, top);
      console.log("feature      max  tokens  strongest at");
      for (const { feature, max, at, tokens } of best) {
        const token = tap!.tokens[at]!;
        const where = token.box ? `image [${token.box.map((x) => x.toFixed(0))}]` : JSON.stringify(token.text);
        console.log(
          `#${String(feature).padEnd(7)} ${max.toFixed(3).padStart(8)} ${String(tokens).padStart(7)}  ${where}`,
        );
      }
    } finally {
      await model.dispose();
      await disposeSharedEncoder();
    }
  },
};
