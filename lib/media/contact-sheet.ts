import sharp, { type OverlayOptions } from "sharp";
import { type RgbImage, resizeImage } from "./image";
import { textPath, textWidth } from "./lettering";

/** An example as a model is shown it: the whole picture, and the part of it that counts. */
export interface SheetExample {
  whole: RgbImage;
  crop: RgbImage;
  /** 1 to 10. */
  strength: number;
}

const GAP = 8;
const HEAD = 36;
const COLUMNS = 4;
const INK = "#111111";
const QUIET = "#5f6368";

const square = (image: RgbImage, side: number) => resizeImage(image, side, side, "contain");

/** The whole picture with the part beside it, as two squares on white. @param side of a square in pixels */
export async function besides(whole: RgbImage, crop: RgbImage, side: number): Promise<RgbImage> {
  const [left, right] = await Promise.all([square(whole, side), square(crop, side)]);
  const width = 2 * side + GAP;
  const data = new Uint8Array(width * side * 3).fill(255);
  for (let y = 0; y < side; y++) {
    data.set(left.data.subarray(y * side * 3, (y + 1) * side * 3), y * width * 3);
    data.set(right.data.subarray(y * side * 3, (y + 1) * side * 3), (y * width + side + GAP) * 3);
  }
  return { width, height: side, data };
}

/**
 * One picture of all examples, for models that read one image at a time: numbered columns, each with the whole picture above and
 * the part that counts below, and its strength; then, framed, pictures in which the feature is silent.
 * @param side of a tile in pixels
 */
export async function contactSheet(
  examples: readonly SheetExample[],
  silent: readonly RgbImage[],
  side = 192,
): Promise<RgbImage> {
  const columns = Math.min(COLUMNS, Math.max(examples.length, silent.length, 1));
  const band = HEAD + 2 * side + 3 * GAP;
  const silentRows = Math.ceil(silent.length / columns);
  const below = Math.ceil(examples.length / columns) * band;
  const height = below + (silent.length > 0 ? HEAD + GAP + silentRows * (side + GAP) : 0) + GAP;
  const sheet = new Sheet(columns, side, height);
  for (const [i, { whole, crop, strength }] of examples.entries()) {
    const x = sheet.left(i);
    const y = Math.floor(i / columns) * band;
    sheet.write(String(i + 1), 30, x + 2, y + HEAD - 5);
    const said = `strength ${strength}`;
    sheet.write(said, 18, x + side - textWidth(said, "regular", 18) - 2, y + HEAD - 7, QUIET, "regular");
    await sheet.lay(whole, x, y + HEAD + 2);
    await sheet.lay(crop, x, y + HEAD + 2 + side + GAP);
    if (i >= columns) sheet.draw(`<rect x="${x}" y="${y - GAP / 2}" width="${side}" height="1" fill="#c9ccd1"/>`);
  }
  if (silent.length > 0) {
    sheet.write("silent", 22, GAP + 6, below + HEAD - 9);
    const tall = HEAD + silentRows * (side + GAP) + GAP / 2;
    const wide = Math.min(silent.length, columns) * (side + GAP) + GAP;
    sheet.draw(
      `<rect x="2" y="${below + 2}" width="${wide - 4}" height="${tall}" fill="none" stroke="${INK}" stroke-width="3" stroke-dasharray="8 5"/>`,
    );
    for (const [i, image] of silent.entries()) {
      await sheet.lay(image, sheet.left(i), below + HEAD + 2 + Math.floor(i / columns) * (side + GAP));
    }
  }
  return sheet.picture();
}

/** One picture of some, each under its number from 1. @param side of a tile in pixels */
export async function numberedSheet(images: readonly RgbImage[], side = 192): Promise<RgbImage> {
  const columns = Math.min(COLUMNS, Math.max(images.length, 1));
  const band = HEAD + side + GAP;
  const sheet = new Sheet(columns, side, Math.ceil(images.length / columns) * band + GAP);
  for (const [i, image] of images.entries()) {
    const y = Math.floor(i / columns) * band;
    sheet.write(String(i + 1), 30, sheet.left(i) + 2, y + HEAD - 5);
    await sheet.lay(image, sheet.left(i), y + HEAD + 2);
  }
  return sheet.picture();
}

/** White paper on which tiles, words and shapes are laid. */
class Sheet {
  private readonly shapes: string[] = [];
  private readonly tiles: OverlayOptions[] = [];
  private readonly width: number;

  constructor(
    private readonly columns: number,
    private readonly side: number,
    private readonly height: number,
  ) {
    this.width = GAP + columns * (side + GAP);
  }

  /** Left edge of the ith tile, row after row. */
  left(i: number): number {
    return GAP + (i % this.columns) * (this.side + GAP);
  }

  async lay(image: RgbImage, left: number, top: number): Promise<void> {
    const { data } = await square(image, this.side);
    this.tiles.push({ input: Buffer.from(data), raw: { width: this.side, height: this.side, channels: 3 }, left, top });
  }

  write(text: string, size: number, x: number, y: number, ink = INK, face: "bold" | "regular" = "bold"): void {
    this.draw(`<path fill="${ink}" d="${textPath(text, face, size, x, y)}"/>`);
  }

  draw(svg: string): void {
    this.shapes.push(svg);
  }

  async picture(): Promise<RgbImage> {
    const { width, height } = this;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${this.shapes.join("")}</svg>`;
    const data = await sharp({ create: { width, height, channels: 3, background: "#ffffff" } })
      .composite([...this.tiles, { input: Buffer.from(svg), left: 0, top: 0 }])
      .removeAlpha()
      .raw()
      .toBuffer();
    return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  }
}
