import type { Card } from "@/lib/share/cards/types";
import { formatScore, formatShare, statusWords } from "./format";
import type { Feature } from "./schema";

/** Cells below this share of the reference strength are dimmed, as on the page. */
const CUT = 0.1;

/** What the card of a feature shows: label, density, scores, and its strongest images with their regions, else its texts. */
export function featureCard(feature: Feature): Card {
  const { label, scores, density, nFiring, kind, exemplars } = feature;
  const fires = exemplars.items.filter((item) => item.band !== "miss");
  const told = fires.filter((item) => item.tokens).slice(0, 3);
  // A feature of words is shown by texts, as long as it has some.
  const images = told.length > 0 && feature.imageShare < 0.5 ? [] : fires.filter((item) => item.image).slice(0, 4);
  const texts = images.length > 0 ? [] : told;
  return {
    v: 1,
    place: `${feature.model} / ${feature.sae} #${feature.index}`,
    title: label.text ?? statusWords(label.status),
    facts: [
      kind ?? "",
      nFiring > 0 ? `fires at ${formatShare(density)} of positions` : "",
      scores.detection ? `detection ${formatScore(scores.detection.value)}` : "",
    ].filter(Boolean),
    pictures: images.map((item) => ({
      sha: item.image?.sha ?? "",
      mask: maskOf(
        item,
        feature.geometries.find((g) => g.id === item.geometry),
        feature.aRef,
      ),
    })),
    lines: texts.map(({ tokens, peakAt }) => {
      const at = typeof peakAt === "number" ? peakAt : 0;
      const plain = (tokens ?? []).map((t) => t.replaceAll(/[▁Ġ]/g, " "));
      return { name: `on “${(plain[at] ?? "").trim()}”`, text: plain.join("").trim(), strong: false };
    }),
  };
}

/** Region of an image, when its view is the whole image; null else, and where no cell passes. */
function maskOf(
  item: Feature["exemplars"]["items"][number],
  geometry: Feature["geometries"][number] | undefined,
  aRef: number,
): Card["pictures"][number]["mask"] {
  if (geometry?.resize !== "squash") return null;
  const { rows, cols } = geometry;
  const codes = Buffer.from(item.grid, "base64");
  const bits = Array.from(codes, (code) => (code > 0 && (code * item.scale) / 255 >= CUT * aRef ? "1" : "0")).join("");
  return bits.includes("1") && bits.length === rows * cols ? { rows, cols, bits } : null;
}
