import sharp from "sharp";
import type { RgbImage } from "./image";
import { textPath, textWidth } from "./lettering";

/** Dark letters on a white board, light ones on a dark board, or outlined letters without a board. */
export type Ink = "dark" | "light" | "bare";

/** A word on a board, as vectors; height is 100 units. */
export interface Sign {
  width: number;
  height: number;
  svg: string;
}

const HEIGHT = 100;
const FONT_SIZE = 78;
const BASELINE = 76;
const MARGIN = 20;

const LOOKS: Record<Ink, { board: string; letters: string }> = {
  dark: { board: `fill="#fff"`, letters: `fill="#16181d"` },
  light: { board: `fill="#16181d"`, letters: `fill="#fff"` },
  bare: {
    board: `fill="none"`,
    letters: `fill="#fff" stroke="#16181d" stroke-width="10" stroke-linejoin="round" paint-order="stroke"`,
  },
};

/**
 * Draws letters on a board; they are outlines, so every machine draws the same pixels.
 * @param width of the board in its own units, to give other letters a board of the same size; by default as wide as the letters need.
 */
export function drawSign(letters: string, ink: Ink, width?: number): Sign {
  const own = textWidth(letters, "bold", FONT_SIZE);
  const wide = width ?? Math.round(own + 2 * MARGIN);
  const path = textPath(letters, "bold", FONT_SIZE, (wide - own) / 2, BASELINE);
  const { board, letters: look } = LOOKS[ink];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${HEIGHT}" viewBox="0 0 ${wide} ${HEIGHT}" preserveAspectRatio="none"><rect width="${wide}" height="${HEIGHT}" ${board}/><path ${look} d="${path}"/></svg>`;
  return { width: wide, height: HEIGHT, svg };
}

/**
 * Lays a sign over an image, stretched into a box.
 * @param box of whole pixels inside the image, [x0, y0, x1, y1]
 */
export async function composeSign(
  image: RgbImage,
  sign: Sign,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
): Promise<RgbImage> {
  const { width, height } = image;
  if (x0 < 0 || y0 < 0 || x1 > width || y1 > height || x1 <= x0 || y1 <= y0)
    throw new RangeError(`sign: box ${[x0, y0, x1, y1]} is not inside ${width} x ${height}`);
  const drawn = await sharp(Buffer.from(sign.svg), { density: (72 * (y1 - y0) * 4) / sign.height })
    .resize(x1 - x0, y1 - y0, { fit: "fill" })
    .png()
    .toBuffer();
  const data = await sharp(image.data, { raw: { width, height, channels: 3 } })
    .composite([{ input: drawn, left: x0, top: y0 }])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
