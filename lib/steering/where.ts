import { AppError } from "@/lib/core/errors";
import type { Place } from "@/lib/model/types";
import type { Where } from "./schema";

/**
 * The places that a Where means.
 * @param grid the base view of the image; absent without one.
 * @throws AppError BAD_REGION when a mask does not fit the grid.
 */
export function placesWhere(
  { positions, region }: Where,
  grid: { rows: number; cols: number } | undefined,
): (place: Place) => boolean {
  const stands = typeof positions === "string" ? SPANS[positions] : inRanges(positions);
  if (!region) return stands;
  const cells = cellsOf(region.mask, grid);
  return (place) => stands(place) && place.cell !== undefined && cells(place.cell);
}

const SPANS: Record<Extract<Where["positions"], string>, (place: Place) => boolean> = {
  all: () => true,
  prompt: ({ span }) => span !== "answer",
  question: ({ span }) => span === "question",
  last: ({ last }) => last === true,
  answer: ({ span }) => span === "answer",
  image: ({ span }) => span === "image",
  text: ({ span }) => span !== "image",
};

function inRanges(ranges: readonly (readonly [number, number])[]) {
  return ({ position }: Place) => ranges.some(([from, to]) => position >= from && position < to);
}

/** Bits of a base64url mask, the first cell in the highest bit of the first byte. */
function cellsOf(mask: string, grid: { rows: number; cols: number } | undefined): (cell: number) => boolean {
  if (!grid) throw new AppError("BAD_REGION", "A region needs an image: send one, or leave the region out.");
  const { rows, cols } = grid;
  const bytes = Buffer.from(mask, "base64url");
  const wanted = Math.ceil((rows * cols) / 8);
  if (bytes.length !== wanted) {
    throw new AppError(
      "BAD_REGION",
      `The mask has ${bytes.length} bytes; view base has ${rows} x ${cols} = ${rows * cols} cells (${wanted} bytes).`,
    );
  }
  return (cell) => ((bytes[cell >> 3] as number) & (0x80 >> (cell & 7))) !== 0;
}
