/** The set-up of the word bench as an address, both ways, and where a sign lies; browser safe and free of zod. */
import { printQuery } from "@/lib/core/format";
import type { Ink } from "@/lib/media/sign";
import { DESCRIBE } from "../desk/format";
import type { WordParams, WordResult } from "./schema";
import { MOST_LETTERS, WORD_DEFAULTS, WORD_INKS } from "./types";

export interface WordState {
  /** `model/sae`; empty where there is none. */
  in: string;
  feature: number | null;
  image: string | null;
  word: string;
  /** Centre of the sign, in per cent of the image. */
  x: number;
  y: number;
  /** Height of the sign, in per cent of the image's shorter side. */
  size: number;
  ink: Ink;
  /** What is asked about the image. */
  text: string;
  /** What lies on the picture: the word, its letters scrambled, or nothing. */
  show: "word" | "scrambled" | "plain";
}

const SHOWN = ["word", "scrambled", "plain"] as const;

/** Reads a set-up; what does not parse is as if it were not there. @param fallback the SAE when the address names none. */
export function readWord(query: URLSearchParams, fallback: string): WordState {
  const [, ref, index] = /^(?:([^/\s]+\/[^/\s]+)\/)?(\d{1,9})$/.exec(query.get("f") ?? "") ?? [];
  const named = ref ?? query.get("in") ?? "";
  const image = query.get("image");
  const percent = (name: "x" | "y" | "size", lo: number, hi: number) => {
    const text = query.get(name);
    const value = text === null || text === "" ? Number.NaN : Number(text);
    return Number.isInteger(value) && value >= lo && value <= hi ? value : WORD_DEFAULTS[name];
  };
  return {
    in: /^[^/\s]+\/[^/\s]+$/.test(named) ? named : fallback,
    feature: index === undefined ? null : Number(index),
    image: image && /^[0-9a-f]{64}$/.test(image) ? image : null,
    word: (query.get("word") ?? "").slice(0, MOST_LETTERS),
    x: percent("x", 0, 100),
    y: percent("y", 0, 100),
    size: percent("size", 5, 60),
    ink: WORD_INKS.find((ink) => ink === query.get("ink")) ?? WORD_DEFAULTS.ink,
    text: query.get("text") ?? "",
    show: SHOWN.find((shown) => shown === query.get("show")) ?? WORD_DEFAULTS.show,
  };
}

/** Parameters of a set-up; null at its default. */
export function wordParams(state: WordState): Record<string, string | null> {
  const changed = (name: keyof typeof WORD_DEFAULTS) =>
    state[name] === WORD_DEFAULTS[name] ? null : String(state[name]);
  return {
    in: state.feature === null ? state.in || null : null,
    f: state.feature === null ? null : `${state.in}/${state.feature}`,
    image: state.image,
    word: state.word || null,
    x: changed("x"),
    y: changed("y"),
    size: changed("size"),
    ink: changed("ink"),
    text: state.text || null,
    show: changed("show"),
  };
}

/** The bench with a set-up on it. */
export function wordAddress(state: Partial<WordState> & Pick<WordState, "in">): string {
  const full = { feature: null, image: null, word: "", text: "", ...WORD_DEFAULTS, ...state };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wordParams(full))) if (value !== null) query.set(name, value);
  return `/inspect/word?${printQuery(query)}`;
}

/** What to send to try a word. */
export function wordRequest(state: WordState): Omit<WordParams, "maxTokens"> {
  const { in: sae, feature, image, word, x, y, size, ink, text } = state;
  return { in: sae, feature, image: image ?? "", word: word.trim(), x, y, size, ink, text: text.trim() || DESCRIBE };
}

/** True when there is a word and an image to try it on. */
export function isWordComplete({ in: sae, image, word }: WordState): boolean {
  return sae !== "" && image !== null && word.trim() !== "";
}

export type PixelBox = readonly [x0: number, y0: number, x1: number, y1: number];

/**
 * Where a sign lies on an image: whole pixels, wholly inside. A sign that is wider than the image is made smaller; one whose
 * centre comes too near to an edge is moved in.
 * @param aspect width of the sign ÷ its height
 */
export function signBox(
  image: { width: number; height: number },
  aspect: number,
  { x, y, size }: Pick<WordState, "x" | "y" | "size">,
): PixelBox {
  const wanted = (size / 100) * Math.min(image.width, image.height);
  const tall = Math.min(wanted, image.width / aspect, image.height);
  const [width, height] = [
    Math.min(image.width, Math.max(1, Math.round(tall * aspect))),
    Math.max(1, Math.round(tall)),
  ];
  const inside = (centre: number, side: number, all: number) =>
    Math.min(all - side, Math.max(0, Math.round((centre / 100) * all - side / 2)));
  const [x0, y0] = [inside(x, width, image.width), inside(y, height, image.height)];
  return [x0, y0, x0 + width, y0 + height];
}

/** The word to begin with for a feature: what its label quotes, else the first of what it names; "" when that is too long. */
export function wordOfLabel(label: string | null): string {
  const word = /“([^”]+)”/.exec(label ?? "")?.[1] ?? label?.split(" or ")[0] ?? "";
  return word.length <= MOST_LETTERS ? word.trim() : "";
}

/** Where the SVG of a sign is. */
export function signUrl(word: string, ink: Ink, scrambled = false): string {
  const query = new URLSearchParams({ word: word.trim(), ink, ...(scrambled ? { scrambled: "true" } : {}) });
  return `/api/v1/inspect/word/sign?${query}`;
}

/** Changes of less than this share of the reference strength are none. */
const LEAST = 0.1;

/** What the word does to the feature that is followed, beside the same letters in another order, in a sentence. */
export function verdictOf({ feature, versions }: Pick<WordResult, "feature" | "versions">): string {
  const peak = (name: string) => versions.find((v) => v.name === name)?.peak ?? 0;
  if (!feature) return "";
  const share = (x: number) => `${x < 0 ? "−" : "+"}${Math.abs(x).toFixed(2)} × ref`;
  const own = (peak("word") - peak("plain")) / feature.aRef;
  const said = `The word changes it by ${share(own)} where it lies`;
  if (!versions.some(({ name }) => name === "scrambled"))
    return `${said}; these letters have no other order to compare with.`;
  const control = (peak("scrambled") - peak("plain")) / feature.aRef;
  const beside = `${said}, its letters in another order by ${share(control)}`;
  if (Math.abs(own) < LEAST) return `${beside}: hardly at all.`;
  if (control / own > 0.8) return `${beside}: any such letters would do.`;
  if (control / own > 0.3) return `${beside}: partly the letters, partly the word.`;
  return `${beside}: it is the word that counts.`;
}
