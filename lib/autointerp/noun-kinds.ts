import type { ConceptKind } from "@/lib/autointerp/schema";

/** Nouns that are no things, by the kind of what they name. Ambiguous ones ("heart", "ring", "star") are left to be objects. */
const NOUNS: Partial<Record<ConceptKind, string>> = {
  scene: `map landscape scenery street road highway beach coast sea ocean lake river forest jungle desert meadow field garden park
    farm city town village skyline room kitchen bedroom bathroom office classroom restaurant supermarket station airport stadium
    playground sky sunset sunrise night underwater indoors outdoors`,
  part: `eye ear nose mouth lip tooth tongue head hair beard neck shoulder arm elbow hand finger thumb leg knee foot toe tail wing
    beak horn paw claw fur feather fin wheel tyre tire headlight windshield handle door window roof chimney petal stem
    trunk sleeve collar`,
  material: `wood metal steel iron copper glass stone marble brick concrete plastic rubber leather fabric wool cotton silk paper
    cardboard clay ceramic sand mud snow ice foam skin`,
  shape: `circle triangle square rectangle oval ellipse pentagon hexagon octagon polygon spiral line curve zigzag cross`,
  texture: `stripe dot grid check checkerboard plaid pattern texture noise gradient`,
  colour: `red yellow green blue purple brown black white gray grey`,
  text: `word text writing digit caption handwriting`,
  feeling: `smile frown grin happiness joy sadness anger fear surprise disgust love grief`,
};

const KIND_OF = new Map(
  Object.entries(NOUNS).flatMap(([kind, nouns]) =>
    nouns.split(/\s+/).flatMap((noun) => [noun, `${noun}s`].map((form) => [form, kind as ConceptKind] as const)),
  ),
);
for (const [form, kind] of [
  ["feet", "part"],
  ["teeth", "part"],
  // One sign is a thing by the road.
  ["signs", "text"],
] as const)
  KIND_OF.set(form, kind);

/** Whole things that are called like a part. */
const WHOLE = new Set(["ferris wheel", "spinning wheel", "water wheel", "mill wheel"]);

/**
 * The kind of what a noun phrase names, by its head ("a car wheel" is a part); a gerund after "some" is an activity ("some dancing"),
 * and one piece of a material is a thing ("a glass").
 * @param phrase with its article
 */
export function nounKind(phrase: string): ConceptKind {
  const words = phrase.toLowerCase().trim().split(/\s+/);
  if (words.length === 2 && words[0] === "some" && /..ing$/.test(words[1] as string)) return "activity";
  if (WHOLE.has(words.slice(-2).join(" "))) return "object";
  const kind = KIND_OF.get(words.at(-1) as string) ?? "object";
  return kind === "material" && /^an?$/.test(words[0] as string) ? "object" : kind;
}
