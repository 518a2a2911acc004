import { readFileSync } from "node:fs";
import { join } from "node:path";
import opentype, { type Font, type Glyph } from "opentype.js";

/**
 * Words as outlines, so that a picture reads the same on every machine: SVG text would be set in whatever fonts the
 * machine has.
 */
const FILES = {
  regular: "@fontsource/roboto/files/roboto-latin-400-normal.woff",
  medium: "@fontsource/roboto/files/roboto-latin-500-normal.woff",
  bold: "@fontsource/roboto/files/roboto-latin-700-normal.woff",
  mono: "@fontsource/roboto-mono/files/roboto-mono-latin-400-normal.woff",
} as const;
export type Face = keyof typeof FILES;

const open = new Map<Face, Font>();

function fontOf(face: Face): Font {
  let font = open.get(face);
  if (!font) {
    const bytes = readFileSync(join(/* turbopackIgnore: true */ process.cwd(), "node_modules", FILES[face]));
    font = opentype.parse(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    open.set(face, font);
  }
  return font;
}

interface Placed {
  glyph: Glyph;
  x: number;
}

/** Letters one by one with their kerning: shaping of whole texts fails on tables that this reader does not know. */
function place(text: string, face: Face, size: number): { placed: Placed[]; width: number } {
  const font = fontOf(face);
  const scale = size / font.unitsPerEm;
  const placed: Placed[] = [];
  let x = 0;
  let before: Glyph | undefined;
  for (const c of text) {
    // What the font cannot draw becomes a middle dot and not an empty box.
    const glyph = font.charToGlyph(c === " " || font.charToGlyphIndex(c) > 0 ? c : "·");
    if (before) x += font.getKerningValue(before, glyph) * scale;
    placed.push({ glyph, x });
    x += (glyph.advanceWidth ?? 0) * scale;
    before = glyph;
  }
  return { placed, width: x };
}

/** Width of a text in pixels at a size of `size` px. */
export function textWidth(text: string, face: Face, size: number): number {
  return place(text, face, size).width;
}

/** SVG path data of a text whose baseline begins at (x, y). */
export function textPath(text: string, face: Face, size: number, x: number, y: number): string {
  return place(text, face, size)
    .placed.map(({ glyph, x: at }) => glyph.getPath(x + at, y, size).toPathData(1))
    .join("");
}

/** Breaks a text into at most `most` lines of `width` px; the last ends in an ellipsis when something is left. */
export function textLines(text: string, face: Face, size: number, width: number, most: number): string[] {
  const words = text.split(/\s+/).filter(Boolean);
  const fits = (line: string) => textWidth(line, face, size) <= width;
  const lines: string[] = [];
  let at = 0;
  while (at < words.length && lines.length < most) {
    let line = words[at++] as string;
    while (at < words.length && fits(`${line} ${words[at]}`)) line += ` ${words[at++]}`;
    lines.push(line);
  }
  return lines.map((line, i) => {
    const last = i === lines.length - 1 && at < words.length;
    if (!last && fits(line)) return line;
    let cut = line;
    while (cut && !fits(`${cut}…`)) cut = cut.slice(0, -1).trimEnd();
    return `${cut}…`;
  });
}
