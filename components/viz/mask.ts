/** Cells of an image as bits: base64url, row-major, the first cell in the highest bit of the first byte. */

/** 0 / 1 by cell; cells that the text does not reach are 0. */
export function decodeMask(text: string | null, cells: number): Uint8Array {
  const mask = new Uint8Array(cells);
  if (text === null) return mask;
  const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  for (let i = 0; i < cells; i++) mask[i] = ((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1;
  return mask;
}

/** Null when no cell is set: an empty region is none. */
export function encodeMask(mask: Uint8Array): string | null {
  if (!mask.includes(1)) return null;
  const bytes = new Uint8Array(Math.ceil(mask.length / 8));
  mask.forEach((bit, i) => {
    if (bit) bytes[i >> 3]! |= 0x80 >> (i & 7);
  });
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
