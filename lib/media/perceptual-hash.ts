import { type RgbImage, resizeImage } from "@/lib/media/image";

const COLS = 9;
const ROWS = 8;
/** Steps of brightness, of 255, that noise of encoding may make on a flat ground: less is no edge. */
const FLAT = 2;
/** Cells a side of the colour sketch. */
const SKETCH = 4;

/**
 * What a picture looks like, to find it again in another size or encoding: a difference hash ("dHash", N. Krawetz, 2013)
 * and a sketch of its colours. The hash is the picture in grey at 9 x 8 with one bit for each pair of neighbours in a row,
 * set where the right one is brighter; differences of at most 2 of 255 count as none, so that flat grounds give zeros, not
 * noise. It knows edges alone: of pictures that are a small thing on a plain ground many agree in it. The sketch, 4 x 4
 * mean colours in 16 steps a channel, tells those apart.
 * @returns 64 hex digits: 16 of the hash, first row first, and 48 of the sketch, row-major, red, green, blue
 */
export async function perceptualHash(image: RgbImage): Promise<string> {
  const grey = (await resizeImage(image, COLS, ROWS, "fill")).data;
  let hex = "";
  for (let r = 0; r < ROWS; r++) {
    let bits = 0;
    for (let c = 0; c < COLS - 1; c++) {
      bits = (bits << 1) | (brightness(grey, r * COLS + c + 1) - brightness(grey, r * COLS + c) > FLAT ? 1 : 0);
    }
    hex += bits.toString(16).padStart(2, "0");
  }
  const sketch = (await resizeImage(image, SKETCH, SKETCH, "fill")).data;
  for (const value of sketch) hex += (value >> 4).toString(16);
  return hex;
}

/** Rec. 601 luma of one pixel, 0..255. */
function brightness(data: Uint8Array, pixel: number): number {
  const at = 3 * pixel;
  return 0.299 * (data[at] as number) + 0.587 * (data[at + 1] as number) + 0.114 * (data[at + 2] as number);
}
