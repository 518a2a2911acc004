import type { PendingFeature } from "@/lib/autointerp/data";
import type { NewExplanation } from "@/lib/autointerp/mutations";
import { NO_COST } from "./cost";
import type { Explainer } from "./explainer";

/** Share of a feature's activation that must lie in a part of the image for the part to be named. */
const MOST = 0.6;

/**
 * The same explainer, not asked about features that fire everywhere, and with the place of those of which it cannot name the thing.
 * The paper's form stays as it is: it is there to be compared with.
 * @param grid of the model's images; without one there are no places
 */
export function withRules(explainer: Explainer, grid: { rows: number; cols: number } | undefined): Explainer {
  if (explainer.name === "paper") return explainer;
  const explain: Explainer["explain"] = async (features, context) => {
    const ruled = features.map(({ feature }) => everywhere(feature));
    const rest = features.filter((_, i) => !ruled[i]);
    const explained = (await explainer.explain(rest, context)).map((e, i) => orPlace(e, rest[i]!.feature, grid));
    return ruled.map((known) => known ?? (explained.shift() as NewExplanation));
  };
  return { ...explainer, explain };
}

/**
 * The explanation of a feature that fires at a fifth of all positions or more: whatever it is shown, no one thing is common to it,
 * so nobody is asked.
 * @returns null for every other feature
 */
function everywhere(feature: PendingFeature): NewExplanation | null {
  if (!feature.flags.includes("always_on")) return null;
  const [where, share] =
    feature.densityImage >= feature.densityText
      ? ["image patches", feature.densityImage]
      : ["text tokens", feature.densityText];
  return {
    ...{ index: feature.index, status: "explained", text: `many ${where}`, kind: "other", reason: null },
    sentence: `It fires on ${Math.round(100 * share)} % of all ${where}, too many for one thing to be what it stands for.`,
    evidence: { exemplars: [], support: [], runnersUp: [], rule: "everywhere" },
    cost: NO_COST,
  };
}

/**
 * An explanation in which no thing was named, of a feature that fires at one place of the image: says the place.
 * @returns the same explanation for every other feature
 */
function orPlace(
  explanation: NewExplanation,
  { flags, imageShare, positionMap }: PendingFeature,
  grid: { rows: number; cols: number } | undefined,
): NewExplanation {
  if (explanation.status !== "declined" || imageShare < 0.5 || !flags.includes("position")) return explanation;
  const place = positionMap && grid ? placeOf(positionMap, grid) : null;
  if (!place) return explanation;
  return {
    ...explanation,
    ...{ status: "explained", text: place.words, kind: "position", reason: null, confidence: null },
    sentence: `${Math.round(100 * place.share)} % of its activation lies there; what else it needs was not found.`,
    evidence: { ...explanation.evidence, rule: "place" },
  };
}

const DOWN = ["top", "middle", "bottom"] as const;
const ACROSS = ["left", "centre", "right"] as const;

/**
 * The part of the image in which most of a feature's activation lies: the edge, a ninth, or a third of the rows or columns.
 * @param map activation by cell, [rows x cols]
 * @returns null when no such part holds most of it
 */
export function placeOf(
  map: Uint8Array,
  { rows, cols }: { rows: number; cols: number },
): { words: string; share: number } | null {
  const mass = new Map<string, number>();
  let total = 0;
  map.forEach((v, cell) => {
    const [r, c] = [Math.floor(cell / cols), cell % cols];
    const down = DOWN[Math.floor((3 * (r + 0.5)) / rows)] as string;
    const across = ACROSS[Math.floor((3 * (c + 0.5)) / cols)] as string;
    const edge = r === 0 || c === 0 || r === rows - 1 || c === cols - 1;
    total += v;
    for (const part of [`${down} ${across}`, ...(edge ? ["edge"] : []), down, across])
      mass.set(part, (mass.get(part) ?? 0) + v);
  });
  // Of two parts that hold most, the smaller one says more.
  const enough = [...mass].filter(([, sum]) => sum >= MOST * total);
  const [part, sum] = enough.sort(([a], [b]) => sizeOf(a) - sizeOf(b))[0] ?? [];
  if (total === 0 || part === undefined || sum === undefined) return null;
  const words = part === "middle centre" ? "centre" : part;
  return { words: `the ${words} of the image`, share: sum / total };
}

/** A ninth, the edge, a third. */
const sizeOf = (part: string): number => (part.includes(" ") ? 0 : part === "edge" ? 1 : 2);
