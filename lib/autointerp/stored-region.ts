import type { StoredRegion } from "@/lib/autointerp/schema";

/** Cells as a score keeps them. */
export function packRegion(cells: ArrayLike<number>, { rows, cols }: { rows: number; cols: number }): StoredRegion {
  const bytes = new Uint8Array(Math.ceil((rows * cols) / 8));
  for (let i = 0; i < rows * cols; i++) if (cells[i]) bytes[i >> 3] = (bytes[i >> 3] as number) | (1 << (i & 7));
  return { rows, cols, cells: Buffer.from(bytes).toString("base64") };
}
