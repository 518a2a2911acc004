import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import opentype, { type Font, type Path } from "opentype.js";
import { rasterizeSvg } from "../media/svg";
import { CONCEPTS } from "./concepts";
import { COUNTRIES, FONTS, SIGN_WORDS } from "./words";

/** Side of a picture sprite in pixels. */
export const SPRITE = 64;
/** Height of a word sprite in pixels; its em is 26 px. */
export const WORD_HEIGHT = 32;
const EM = 26;

/** Art styles that the model is trained on, and the one it never sees in training. */
export const TRAINED_STYLES = ["noto", "noto-v1", "fluent-emoji-flat", "fluent-emoji", "emojione", "fxemoji"] as const;
export const UNSEEN_STYLE = "twemoji";
export const STYLES: readonly string[] = [...TRAINED_STYLES, UNSEEN_STYLE];

/** A pre-rendered picture: straight RGBA at SPRITE and SPRITE / 2 pixels, one after the other. */
export interface Sprite {
  full: Uint8Array; // [64, 64, 4]
  half: Uint8Array; // [32, 32, 4]
}

/** A pre-rendered word: coverage only, so that it can take any colour. */
export interface WordSprite {
  width: number;
  alpha: Uint8Array; // [WORD_HEIGHT, width]
  /** Where each letter begins, and where the last one ends [px]. */
  edges: number[];
}

/** Every sprite of the world, ready to be composited. */
export interface Atlas {
  /** Which styles have this icon. */
  stylesOf(icon: string): readonly string[];
  sprite(style: string, icon: string): Sprite;
  word(word: string, font: number): WordSprite;
}

interface IconSet {
  icons: Record<string, { body: string; width?: number; height?: number; left?: number; top?: number }>;
  width?: number;
  height?: number;
}

const require = createRequire(import.meta.url);
const WORDS = [...SIGN_WORDS, ...COUNTRIES];
const ICONS = [...new Set(CONCEPTS.flatMap((c) => c.icons))];
const FORMAT = 5;

function iconSvg(set: IconSet, icon: string): string | undefined {
  const entry = set.icons[icon];
  if (!entry) return undefined;
  const w = entry.width ?? set.width ?? 128;
  const h = entry.height ?? set.height ?? 128;
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${w}" height="${h}" viewBox="${entry.left ?? 0} ${entry.top ?? 0} ${w} ${h}">${entry.body}</svg>`;
}

function halve(full: Uint8Array): Uint8Array {
  const n = SPRITE / 2;
  const out = new Uint8Array(n * n * 4);
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      let a = 0;
      const sum = [0, 0, 0];
      for (const at of [0, 4, SPRITE * 4, SPRITE * 4 + 4]) {
        const i = (y * 2 * SPRITE + x * 2) * 4 + at;
        const w = full[i + 3]!;
        a += w;
        for (let c = 0; c < 3; c++) sum[c]! += full[i + c]! * w;
      }
      const o = (y * n + x) * 4;
      for (let c = 0; c < 3; c++) out[o + c] = a ? Math.round(sum[c]! / a) : 0;
      out[o + 3] = Math.round(a / 4);
    }
  }
  return out;
}

/** SVG path data. Not the library's toPathData: in version 2.0.0 its rounding turns some coordinates into NaN. */
function pathData(path: Path): string {
  const at = (x?: number, y?: number): string => `${(x ?? 0).toFixed(2)} ${(y ?? 0).toFixed(2)}`;
  return path.commands
    .map((c) => {
      if (c.type === "Z") return "Z";
      if (c.type === "C") return `C${at(c.x1, c.y1)} ${at(c.x2, c.y2)} ${at(c.x, c.y)}`;
      if (c.type === "Q") return `Q${at(c.x1, c.y1)} ${at(c.x, c.y)}`;
      return `${c.type}${at(c.x, c.y)}`;
    })
    .join("");
}

async function renderWord(font: Font, word: string): Promise<WordSprite> {
  // Glyph by glyph: these words need no ligatures, and the library's shaping does not know every font's tables.
  let x = 2;
  let path = "";
  const edges = [x];
  for (const char of word) {
    const glyph = font.charToGlyph(char);
    path += pathData(glyph.getPath(x, WORD_HEIGHT * 0.72, EM));
    x += ((glyph.advanceWidth ?? 0) * EM) / font.unitsPerEm;
    edges.push(Math.round(x * 10) / 10);
  }
  const width = Math.ceil(x) + 2;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${WORD_HEIGHT}"><path d="${path}"/></svg>`;
  const image = await rasterizeSvg(svg, width, WORD_HEIGHT);
  const alpha = new Uint8Array(width * WORD_HEIGHT);
  for (let i = 0; i < alpha.length; i++) alpha[i] = image.data[i * 4 + 3]!;
  return { width, alpha, edges };
}

/** Versions of everything the atlas is made from: another version is another file. */
function atlasKey(): string {
  const hash = createHash("sha256").update(JSON.stringify([FORMAT, SPRITE, WORD_HEIGHT, STYLES, ICONS, WORDS, FONTS]));
  for (const style of STYLES) hash.update(require(`@iconify-json/${style}/package.json`).version);
  return hash.digest("hex").slice(0, 16);
}

interface Index {
  sprites: [key: string, offset: number][];
  words: [key: string, width: number, offset: number, edges: number[]][];
}

async function render(): Promise<{ index: Index; bytes: Uint8Array }> {
  const index: Index = { sprites: [], words: [] };
  const parts: Uint8Array[] = [];
  let offset = 0;
  const push = (bytes: Uint8Array): number => {
    parts.push(bytes);
    offset += bytes.length;
    return offset - bytes.length;
  };
  for (const style of STYLES) {
    const set = require(`@iconify-json/${style}/icons.json`) as IconSet;
    for (const icon of ICONS) {
      const svg = iconSvg(set, icon);
      if (!svg) continue;
      const { data } = await rasterizeSvg(svg, SPRITE, SPRITE);
      index.sprites.push([`${style}/${icon}`, push(data)]);
      push(halve(data));
    }
  }
  for (const [f, file] of FONTS.entries()) {
    const bytes = readFileSync(require.resolve(file));
    const font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    for (const word of WORDS) {
      const sprite = await renderWord(font, word);
      index.words.push([`${f}/${word}`, sprite.width, push(sprite.alpha), sprite.edges]);
    }
  }
  const bytes = new Uint8Array(offset);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { index, bytes };
}

/**
 * Opens the sprites of the world, rendering them from the art packages on first use (some seconds) and keeping them in
 * `cacheDir` under a name made from the versions of all sources.
 */
export async function openAtlas(cacheDir: string): Promise<Atlas> {
  const base = join(cacheDir, `world-${atlasKey()}`);
  let index: Index;
  let bytes: Uint8Array;
  if (existsSync(`${base}.json`)) {
    index = JSON.parse(readFileSync(`${base}.json`, "utf8")) as Index;
    bytes = readFileSync(`${base}.bin`);
  } else {
    ({ index, bytes } = await render());
    mkdirSync(cacheDir, { recursive: true });
    // The index is written last, so that an interrupted rendering is never taken for a whole one.
    for (const [ext, content] of [
      ["bin", bytes],
      ["json", JSON.stringify(index)],
    ] as const) {
      writeFileSync(`${base}.${ext}.${process.pid}`, content);
      renameSync(`${base}.${ext}.${process.pid}`, `${base}.${ext}`);
    }
  }
  const full = SPRITE * SPRITE * 4;
  const sprites = new Map<string, Sprite>();
  for (const [key, at] of index.sprites) {
    sprites.set(key, { full: bytes.subarray(at, at + full), half: bytes.subarray(at + full, at + full + full / 4) });
  }
  const words = new Map<string, WordSprite>();
  for (const [key, width, at, edges] of index.words) {
    words.set(key, { width, alpha: bytes.subarray(at, at + width * WORD_HEIGHT), edges });
  }
  const styles = new Map(ICONS.map((icon) => [icon, STYLES.filter((s) => sprites.has(`${s}/${icon}`))]));
  const must = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new RangeError(`the atlas has no ${what}`);
    return value;
  };
  return {
    stylesOf: (icon) => must(styles.get(icon), `icon ${icon}`),
    sprite: (style, icon) => must(sprites.get(`${style}/${icon}`), `sprite ${style}/${icon}`),
    word: (word, font) => must(words.get(`${font}/${word}`), `word "${word}" in font ${font}`),
  };
}
