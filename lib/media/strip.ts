import sharp from "sharp";

/** A square tile of a contact sheet: straight RGBA, row-major. */
export interface Tile {
  side: number;
  data: Uint8Array; // [side, side, 4]
}

/** Decodes an encoded thumbnail into a tile of `side` pixels: fitted inside, centred on a transparent ground. */
export async function decodeTile(thumb: Uint8Array, side = 96): Promise<Tile> {
  const { data, info } = await sharp(thumb)
    .resize(side, side, { fit: "inside", withoutEnlargement: true })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width === side && info.height === side) return { side, data: new Uint8Array(data) };
  const out = new Uint8Array(side * side * 4);
  const left = Math.floor((side - info.width) / 2);
  const top = Math.floor((side - info.height) / 2);
  for (let y = 0; y < info.height; y++) {
    out.set(data.subarray(y * info.width * 4, (y + 1) * info.width * 4), ((top + y) * side + left) * 4);
  }
  return { side, data: out };
}

/**
 * A contact strip: tiles side by side, as WebP, as wide as it has tiles. Tiles are decoded once and shared by many strips:
 * a strip then costs one encoding.
 */
export async function composeStrip(tiles: readonly Tile[]): Promise<Uint8Array> {
  const side = tiles[0]?.side ?? 1;
  const width = side * Math.max(1, tiles.length);
  const opaque = tiles.every(({ data }) => data.every((v, i) => i % 4 !== 3 || v === 255));
  const channels = opaque ? 3 : 4;
  const data = new Uint8Array(width * side * channels);
  tiles.forEach((tile, t) => {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const from = (y * side + x) * 4;
        const to = (y * width + t * side + x) * channels;
        for (let c = 0; c < channels; c++) data[to + c] = tile.data[from + c] as number;
      }
    }
  });
  // Effort 0: strips are made by the thousand and are only 4 kB each.
  return sharp(data, { raw: { width, height: side, channels } })
    .webp({ quality: 75, effort: 0 })
    .toBuffer();
}
