import { type Face, textLines, textPath, textWidth } from "@/lib/media/lettering";
import type { Card } from "./types";

/** Size that every network shows whole. */
const [WIDTH, HEIGHT] = [1200, 630];
const MARGIN = 64;
const INNER = WIDTH - 2 * MARGIN;
const GAP = 16;
/** Four of them fill the width. */
export const SIDE = (INNER - 3 * GAP) / 4;

const INK = {
  page: "#101318",
  soft: "#aeb6c4",
  faint: "#8d97a8",
  strong: "#f3f5f9",
  accent: "#8fb2ff",
  line: "#262c36",
};

/** A drawn image: base64 of a square PNG, and its mask. */
export interface CardImage {
  png: string;
  mask: Card["pictures"][number]["mask"];
}

/** A card as SVG of 1200 x 630; words are outlines. @param images one per picture of the card, null where it is gone. */
export function drawCard(card: Card, images: readonly (CardImage | null)[]): string {
  const shown = images.flatMap((image) => image ?? []);
  const parts = [
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="${INK.page}"/>`,
    logo(MARGIN + 18, MARGIN + 6),
    words("Fovea", "medium", 30, MARGIN + 52, MARGIN + 17, INK.strong),
    atRight(card.place, "regular", 26, MARGIN + 17, INK.faint),
  ];
  const row = HEIGHT - MARGIN - SIDE;
  const beside = card.lines.length > 0 && shown.length > 0;
  const textX = beside ? MARGIN + SIDE + 40 : MARGIN;
  const size = fitting(card.title);
  const titleLines = textLines(card.title, "bold", size, INNER, 2);
  let y = MARGIN + 66 + size * 0.8;
  for (const line of titleLines) {
    parts.push(words(line, "bold", size, MARGIN - 3, y, INK.strong));
    y += size * 1.12;
  }
  const facts = textLines(card.facts.join("   ·   "), "regular", 28, INNER, 1)[0] ?? "";
  parts.push(words(facts, "regular", 28, MARGIN, y - size * 1.12 + 52, INK.soft));
  parts.push(...shown.slice(0, beside ? 1 : 4).map((image, i) => picture(image, MARGIN + i * (SIDE + GAP), row, i)));
  parts.push(...drawLines(card.lines, textX, row));
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${parts.join("")}</svg>`;
}

/** The largest size at which a title needs at most one line, down to one at which it may take two. */
function fitting(title: string): number {
  for (const size of [88, 76, 66]) if (textWidth(title, "bold", size) <= INNER) return size;
  return 50;
}

function words(text: string, face: Face, size: number, x: number, y: number, fill: string): string {
  return `<path fill="${fill}" d="${textPath(text, face, size, x, y)}"/>`;
}

function atRight(text: string, face: Face, size: number, y: number, fill: string): string {
  const line = textLines(text, face, size, INNER - 240, 1)[0] ?? "";
  return words(line, face, size, WIDTH - MARGIN - textWidth(line, face, size), y, fill);
}

/** The mark of the header: fields around a small sharp centre. */
function logo(x: number, y: number): string {
  return `<g transform="translate(${x} ${y})" fill="none" stroke="${INK.strong}"><circle r="17" stroke-width="2.4" opacity=".3"/><circle r="10.6" stroke-width="2.8" opacity=".65"/><circle r="5" fill="${INK.accent}" stroke="none"/></g>`;
}

/** An image with its region lit: what lies outside of the mask is dimmed. */
function picture({ png, mask }: CardImage, x: number, y: number, i: number): string {
  const radius = 14;
  const clip = `<clipPath id="p${i}"><rect x="${x}" y="${y}" width="${SIDE}" height="${SIDE}" rx="${radius}"/></clipPath>`;
  const image = `<image x="${x}" y="${y}" width="${SIDE}" height="${SIDE}" xlink:href="data:image/png;base64,${png}"/>`;
  return `${clip}<g clip-path="url(#p${i})">${image}${mask ? shade(mask, x, y) : ""}</g>`;
}

function shade({ rows, cols, bits }: NonNullable<CardImage["mask"]>, x: number, y: number): string {
  const [w, h] = [SIDE / cols, SIDE / rows];
  let d = "";
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < cols; ) {
      let end = c;
      while (end < cols && bits[r * cols + end] === "0") end++;
      if (end > c) d += `M${x + c * w} ${y + r * h}h${(end - c) * w}v${h}h${-(end - c) * w}z`;
      c = end + 1;
    }
  }
  return `<path d="${d}" fill="#000" fill-opacity=".66" shape-rendering="crispEdges"/>`;
}

/** Named lines from (x, top) down to the lower margin: questions and answers. */
function drawLines(lines: Card["lines"], x: number, top: number): string[] {
  const width = WIDTH - MARGIN - x;
  const each = SIDE / Math.max(2, lines.length);
  return lines.flatMap(({ name, text, strong }, i) => {
    const y = top + i * each;
    const body = textLines(text, strong ? "medium" : "regular", 32, width, each > 110 ? 2 : 1);
    return [
      i > 0 ? `<rect x="${x}" y="${y - 14}" width="${width}" height="1.5" fill="${INK.line}"/>` : "",
      words(name, "medium", 21, x, y + 20, INK.faint),
      ...body.map((line, j) =>
        words(line, strong ? "medium" : "regular", 32, x, y + 60 + j * 40, strong ? INK.accent : INK.strong),
      ),
    ];
  });
}
