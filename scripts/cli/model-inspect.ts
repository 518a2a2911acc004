import { parseArgs } from "node:util";
import { openModel } from "../../lib/model/open";
import { type Command, folderOf } from "./command";

export const modelInspect: Command = {
  usage: "model inspect MODEL [--json]",
  about: "Lists the sites of a model with their widths, and the operators behind each that have no gradient.",
  async run(argv) {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { model: { type: "string" }, json: { type: "boolean", default: false } },
    });
    const model = await openModel(await folderOf(positionals[0] ?? values.model));
    try {
      const sites = [];
      for (const site of model.sites) {
        sites.push({ site, width: model.siteWidth(site), withoutGradient: await model.undifferentiable(site) });
      }
      const { slug, kind, hash, nLayers, dModel } = model;
      const vocab = model.kind === "vision" ? undefined : model.vocab;
      if (values.json) {
        console.log(JSON.stringify({ slug, kind, hash, nLayers, dModel, vocab, sites }, null, 2));
        return;
      }
      console.log(`${slug}: ${kind}, ${nLayers} layers of width ${dModel}${vocab ? `, ${vocab} tokens` : ""}`);
      for (const { site, width, withoutGradient } of sites) {
        console.log(`  ${site.padEnd(28)} [tokens, ${width}]  ${gradientNote(withoutGradient)}`);
      }
    } finally {
      await model.dispose();
    }
  },
};

function gradientNote(missing: readonly { op: string; node: string }[]): string {
  if (missing.length === 0) return "tap, steer, gradient";
  const ops = [...new Set(missing.map(({ op }) => op))];
  return `tap, steer; no gradient: ${ops.join(", ")} (first at ${missing[0]!.node})`;
}
