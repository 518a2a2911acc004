/** Regions of an inspected input as masks over its positions; browser safe. */
import type { InspectResult } from "../schema";

export type Input = Pick<InspectResult, "tokens" | "geometry">;

/** Positions of the image's cells, or of what was written; marks of the chat format belong to neither. */
export function positionsWhere({ tokens }: Input, kind: "image" | "text"): Uint8Array {
  return Uint8Array.from(tokens, (token) =>
    token.kind === kind && (kind === "text" || token.cell !== undefined) ? 1 : 0,
  );
}

/** Position of each cell of the base view, [rows * cols]; -1 where there is none. */
export function positionOfCell({ tokens, geometry }: Input): Int32Array {
  const out = new Int32Array((geometry?.rows ?? 0) * (geometry?.cols ?? 0)).fill(-1);
  tokens.forEach(({ cell }, position) => {
    if (cell !== undefined) out[cell] = position;
  });
  return out;
}

/** Cells that are set, as positions. */
export function maskFromCells(input: Input, cells: Uint8Array): Uint8Array {
  const mask = new Uint8Array(input.tokens.length);
  positionOfCell(input).forEach((position, cell) => {
    if (cells[cell] && position >= 0) mask[position] = 1;
  });
  return mask;
}
