import type { Feature } from "@/lib/features/schema";

/**
 * A program that computes one value of this page again: the strongest patch of the first image, from the model, the site, the
 * SAE and the row, without the database. Null when the page shows no image. Image tokens come before all text, so the
 * words of the question do not change it; stored activations are 16-bit, so the fourth digit may differ.
 */
export function valueCode(feature: Feature): string | null {
  const item = feature.exemplars.items.find((e) => e.image && e.peak > 0);
  const geometry = feature.exemplars.geometries.find((g) => g.id === item?.geometry);
  const { site, modelFolder, checkpoint } = feature.provenance;
  if (!item?.image || !geometry || !Array.isArray(item.peakAt) || !site.startsWith("layers.")) return null;
  const [row, col] = item.peakAt;
  const given = (path: string | null, what: string) =>
    path ? JSON.stringify(path) : `"…" /* put the folder of ${what} here */`;
  return `// Save as value.ts in the folder of Fovea, then: npx tsx --conditions=react-server value.ts
// Feature ${feature.ref}, site ${site}, SAE ${feature.versions.sae}: expects ${item.peak.toPrecision(4)}
import { decodeImage } from "@/lib/media/image";
import { openLanguageModel } from "@/lib/model/open";
import { encode } from "@/lib/sae/encode";
import { loadSae } from "@/lib/sae/sparsify";

const model = await openLanguageModel(${given(modelFolder, feature.model)});
const sae = await loadSae(${given(checkpoint, feature.sae)});
const fovea = "http://localhost:3000"; // where Fovea runs
const picture = await fetch(fovea + "/i/${item.image.sha}/orig.webp");
const image = await decodeImage(new Uint8Array(await picture.arrayBuffer()));
const messages = [{ role: "user" as const, content: "describe the image.", image: true as const }];
const [tap] = await model.tap([{ messages, image }], "${site}");
const cell = ${row} * ${geometry.cols} + ${col}; // row ${row}, column ${col} of ${geometry.rows} x ${geometry.cols}, counted from 0
const at = tap!.tokens.flatMap((token, i) => (token.kind === "image" ? [i] : []))[cell]!;
const { index, value, k } = await encode(tap!.acts, sae);
const slot = index.subarray(at * k, (at + 1) * k).indexOf(${feature.index});
process.stdout.write(String(slot < 0 ? 0 : value[at * k + slot]) + "\\n", () => process.exit());
`;
}
