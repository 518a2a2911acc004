import type { TokenInfo } from "@/lib/model/types";

/** Sums of signed shares over image tokens, words of the question, and marks of the template. */
export function sourcesOf(tokens: readonly TokenInfo[], perToken: ArrayLike<number>) {
  const sums = { image: 0, question: 0, special: 0 };
  tokens.forEach(({ kind }, i) => {
    sums[kind === "text" ? "question" : kind] += perToken[i]!;
  });
  return sums;
}

/**
 * Signed shares on the cells of the image's base view as signed bytes in base64: value = q scale / 127, and q is never 0
 * for a value that is not. Null without an image.
 */
export function signedGrid(
  tokens: readonly TokenInfo[],
  perToken: ArrayLike<number>,
  grid: { rows: number; cols: number } | undefined,
): { grid: string | null; scale: number } {
  if (!grid) return { grid: null, scale: 0 };
  const values = new Float64Array(grid.rows * grid.cols);
  tokens.forEach(({ cell }, i) => {
    if (cell !== undefined) values[cell]! += perToken[i]!;
  });
  const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const codes = Int8Array.from(values, (value) =>
    value === 0 ? 0 : Math.sign(value) * Math.max(1, Math.round((127 * Math.abs(value)) / scale)),
  );
  return { grid: Buffer.from(codes.buffer).toString("base64"), scale };
}
