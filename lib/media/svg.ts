import sharp from "sharp";

/** Straight (not premultiplied) RGBA pixels, row-major. */
export interface RgbaImage {
  width: number;
  height: number;
  data: Uint8Array; // [height, width, 4]
}

/**
 * Draws an SVG to `width` x `height` pixels, keeping its aspect ratio and centring it on a transparent ground.
 * The SVG must not contain text: fonts differ between machines (draw glyph outlines as paths instead).
 */
export async function rasterizeSvg(svg: string, width: number, height: number): Promise<RgbaImage> {
  const { data } = await sharp(Buffer.from(svg))
    .resize(width, height, { fit: "contain", background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}
