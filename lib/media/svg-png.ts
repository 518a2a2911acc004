import sharp from "sharp";

/** An SVG of its own size as PNG. It must not contain text (lettering.ts draws words as outlines). */
export async function svgToPng(svg: string): Promise<Uint8Array> {
  return sharp(Buffer.from(svg)).png({ compressionLevel: 9 }).toBuffer();
}

/** An encoded image as a square PNG of `side` px with hard pixels, cut to its centre: what an SVG can embed. */
export async function squarePng(bytes: Uint8Array, side: number): Promise<Uint8Array> {
  const { width = 1, height = 1 } = await sharp(bytes).metadata();
  // Small drawings keep their edges; photographs are made smooth.
  const kernel = Math.max(width, height) < side ? "nearest" : "lanczos3";
  return sharp(bytes).resize(side, side, { fit: "fill", kernel }).png().toBuffer();
}
