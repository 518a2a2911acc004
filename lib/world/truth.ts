import type { Background } from "./background";
import type { Box } from "./canvas";

export type ObjectKind = "object" | "activity" | "face" | "word" | "country" | "land" | "shape";
export const PLACES = ["top left", "top right", "bottom left", "bottom right", "center"] as const;
export type Place = (typeof PLACES)[number];

/** One thing in a scene. Its pixels carry the value `id` in the scene's mask. */
export interface SceneObject {
  id: number;
  kind: ObjectKind;
  /** What it is: a concept name, the word written, the country named, or the shape. */
  concept: string;
  box: Box;
  place: Place;
  style?: string;
  feeling?: string;
  /** Words and countries: where each letter begins and the last one ends, from the left [px]. */
  letters?: number[];
}

export interface Question {
  kind: string;
  question: string;
  answer: string;
}

/** Everything known about a picture. */
export interface Scene {
  seed: number;
  /** "objects", "signs", "map" or "face": what the scene is about. */
  theme: string;
  width: number;
  height: number;
  pixels: Uint8Array; // [height, width, 3]
  masks: Uint8Array; // [height, width], 0 = background, else object id
  /** Art style of all pictures in it, or "mixed". */
  style: string;
  background: Background;
  objects: SceneObject[];
  caption: string;
  tags: string[];
  questions: Question[];
}

/** The fifth of the picture in which the centre of a box lies. */
export function placeOf(box: Box, size: number): Place {
  const x = (box[0] + box[2]) / 2 / size - 0.5;
  const y = (box[1] + box[3]) / 2 / size - 0.5;
  if (Math.abs(x) < 0.15 && Math.abs(y) < 0.15) return "center";
  return `${y < 0 ? "top" : "bottom"} ${x < 0 ? "left" : "right"}` as Place;
}
