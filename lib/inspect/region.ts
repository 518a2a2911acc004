import { AppError } from "@/lib/core/errors";
import { type Input, maskFromCells } from "./region/format";

/** Bits in base64url as positions. @throws AppError BAD_REGION when they do not fit the image. */
export function maskOfCells(input: Input, bits: string, name: string): Uint8Array {
  const { geometry } = input;
  if (!geometry)
    throw bad(name, "This input has no image: name tokens by their positions instead.", "expected numbers");
  const cells = geometry.rows * geometry.cols;
  const bytes = Buffer.from(bits, "base64url");
  const wanted = Math.ceil(cells / 8);
  if (bytes.length !== wanted) {
    const view = `view ${geometry.view} has ${geometry.rows} x ${geometry.cols} = ${cells}`;
    throw bad(
      name,
      `The mask has ${8 * bytes.length} cells; ${view} (${wanted} bytes).`,
      `expected ${wanted} bytes, got ${bytes.length}`,
    );
  }
  return maskFromCells(
    input,
    Uint8Array.from({ length: cells }, (_, i) => ((bytes[i >> 3] as number) >> (7 - (i & 7))) & 1),
  );
}

/** Cells that are set, as bits in base64url: what `maskOfCells` reads. */
export function bitsOfCells(cells: Uint8Array): string {
  const bytes = Buffer.alloc(Math.ceil(cells.length / 8));
  cells.forEach((bit, i) => {
    if (bit) bytes[i >> 3]! |= 0x80 >> (i & 7);
  });
  return bytes.toString("base64url");
}

/** Positions of tokens as a mask. @throws AppError BAD_REGION when one is beyond the input. */
export function maskOfPositions(input: Input, positions: readonly number[], name: string): Uint8Array {
  const mask = new Uint8Array(input.tokens.length);
  for (const p of positions) {
    if (p >= mask.length)
      throw bad(name, `Token ${p} is beyond the input's ${mask.length}.`, `expected less than ${mask.length}`);
    mask[p] = 1;
  }
  return mask;
}

function bad(path: string, detail: string, message: string): AppError {
  return new AppError("BAD_REGION", detail, { errors: [{ path, message }] });
}
