/** Where in a story somebody is, as a parameter of every address: `story=fries.2`; browser safe and free of zod. */
import type { StoryName } from "./schema";

export const STORY_PARAM = "story";

export interface StoryPlace {
  name: string;
  /** From 1. */
  step: number;
}

/** Reads `fries.2`; a bare name is its first step. */
export function readPlace(text: string | null): StoryPlace | null {
  const [, name, step = "1"] = /^([a-z]{1,20})(?:\.([1-9]))?$/.exec(text ?? "") ?? [];
  return name === undefined ? null : { name, step: Number(step) };
}

export function printPlace({ name, step }: StoryPlace): string {
  return `${name}.${step}`;
}

/** An address of the product, in front of its anchor, with the place in a story on it. */
export function withPlace(href: string, name: StoryName, step: number): string {
  const [address = "", anchor] = href.split("#");
  const place = `${STORY_PARAM}=${printPlace({ name, step })}`;
  return `${address}${address.includes("?") ? "&" : "?"}${place}${anchor ? `#${anchor}` : ""}`;
}
