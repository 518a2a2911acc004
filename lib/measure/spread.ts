import {
  type MonosemanticitySums,
  type MonosemanticityVariant,
  monosemanticityBaseline,
  monosemanticityOf,
} from "@/lib/sae/monosemanticity";
import { quantile, sum } from "@/lib/tensor/stats";
import type { MonosemanticityMeasure } from "./schema";

/** Images in which a feature must fire to be counted: with a few, chance decides what they share. */
export const LEAST_IMAGES = 10;
/** Features that are named. */
const BEST = 12;

/** Mean and percentiles over the features that fire in enough images, and those with the highest score. */
export function monosemanticityFigures(
  sums: MonosemanticitySums,
): Pick<MonosemanticityMeasure, "images" | "leastImages" | "baseline" | "plain" | "minMax" | "best"> {
  const scores = (variant: MonosemanticityVariant) =>
    Array.from({ length: sums.n }, (_, feature) => feature).flatMap((feature): [number, number][] => {
      if (sums.firing[feature]! < LEAST_IMAGES) return [];
      const score = monosemanticityOf(sums, feature, variant);
      return score === null ? [] : [[feature, score]];
    });
  const plain = scores("plain");
  return {
    images: sums.images,
    leastImages: LEAST_IMAGES,
    baseline: monosemanticityBaseline(sums),
    plain: spreadOf(plain.map(([, score]) => score)),
    minMax: spreadOf(scores("minMax").map(([, score]) => score)),
    best: plain.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, BEST),
  };
}

function spreadOf(values: number[]): MonosemanticityMeasure["plain"] {
  const at = (q: number) => quantile(values, q);
  const mean = values.length > 0 ? sum(values) / values.length : null;
  return { features: values.length, mean, p10: at(0.1), p50: at(0.5), p90: at(0.9) };
}
