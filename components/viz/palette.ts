/**
 * Colour tables of 256 RGB entries, so that restyling a picture is one table look-up per cell. 64 anchors are baked; what lies
 * between them is linear and within two levels of the published tables.
 * cividis: Nuñez, Anderton and Renslow 2018 (even under all three colour deficiencies); inferno: Smith and van der Walt 2015 (CC0).
 */
const BAKED = {
  cividis:
    "ACBRACNYACZdAClhAStlBS5nCDFqDTRrEjdsFzltHDxuIkBuKENuLUVuM0huOEtuPk5uQ1FtSFRtTVdtUlluV1xuW19uYGJuZGVvaGhwbGtwb25xc3FydnRyendzfXp0gX11hYB2iIR3i4d3jop4ko14lZB4mZN4nJZ4oJp4pJ14qKB3rKN2sKd1tapzuq5yvrFww7VtyLhrzbxo0r9m2MRi3cdf4stc589Y69NV8NZS89pP995M+uJJ/OZH/epF",
  inferno:
    "AAAEAgEKBAMSBwUbCwckEAkuFQs4GwxCIgxLKAtUMApbNwliPglmRQppSwxrUg5tWRBuXxNuZRVubBhuchpueBxtfx5shSFrjCNpkiVomCdmnypjpSxgrC9esjJauDVXvjlSxDxOyUBKz0RG1EhC2U093lI44lc05l0v6mMq7Wkl8G8g83Yb9X0V94QQ+YsL+pMH+5oG/KII/KkO/LEV+7ke+sEn+cgx99A89dhI9OFV8uhk8e908/WG9vqW/P+k",
} as const;

export type PaletteName = keyof typeof BAKED;

export const PALETTES: readonly PaletteName[] = ["cividis", "inferno"];

const decoded = new Map<PaletteName, Uint8Array>();

/** The table of a palette: 256 x 3 bytes, dark to bright. */
export function paletteTable(name: PaletteName): Uint8Array {
  let table = decoded.get(name);
  if (!table) {
    table = expand(Uint8Array.from(atob(BAKED[name]), (c) => c.charCodeAt(0)));
    decoded.set(name, table);
  }
  return table;
}

/** 64 anchors [64, 3] to 256 entries [256, 3]. */
function expand(anchors: Uint8Array): Uint8Array {
  const table = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const at = (i * 63) / 255;
    const lo = Math.min(62, Math.floor(at));
    for (let c = 0; c < 3; c++) {
      const a = anchors[3 * lo + c] as number;
      const b = anchors[3 * lo + 3 + c] as number;
      table[3 * i + c] = Math.round(a + (at - lo) * (b - a));
    }
  }
  return table;
}

/** CSS colour at t in [0, 1]; values outside are clipped. */
export function paletteColor(name: PaletteName, t: number): string {
  const table = paletteTable(name);
  const i = 3 * Math.round(255 * Math.min(1, Math.max(0, t)));
  return `rgb(${table[i]} ${table[i + 1]} ${table[i + 2]})`;
}
