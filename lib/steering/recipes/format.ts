import type { Desk, Turned } from "../desk/types";
import { signed, strengthOf } from "../format";

/** Words of recipes; browser safe. */

/** Longest name that is kept. */
export const NAME_LENGTH = 80;

/** What is turned, and how: “dog +2, cat out”. @param labelOf what is known of `sae/index`. */
function turnedWords(features: readonly Turned[], labelOf: (ref: string) => string | null | undefined): string {
  return features
    .map(({ ref, method, strength }) => {
      const label = labelOf(ref) ?? `#${ref.split("/")[1]}`;
      if (method === "ablate") return `${label} out`;
      if (method === "add") return `${label} ${signed(strength)}`;
      return strengthOf(method) === "factor" ? `${label} × ${strength}` : `${label} ${method} ${signed(strength)}`;
    })
    .join(", ");
}

/** A name to start from. */
export function nameFor({ features }: Desk, labelOf: (ref: string) => string | null | undefined): string {
  return turnedWords(features, labelOf).slice(0, NAME_LENGTH).trim();
}

/** What a saved set-up does, in one sentence. */
export function doesWords({ features, prompt, image }: Desk, labelOf: (ref: string) => string | null | undefined) {
  return `${turnedWords(features, labelOf)}. Asks${image ? " of a picture" : ""}: “${prompt.trim()}”`;
}
