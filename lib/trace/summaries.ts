import type { TokenInfo } from "@/lib/model/types";
import type { Atom } from "@/lib/trace/attribution";

/** Sums of what features do on image tokens, on words of the question, and on marks of the template. */
export function sourcesOf(tokens: readonly TokenInfo[], atoms: readonly Pick<Atom, "position" | "estimate">[]) {
  const sums = { image: 0, question: 0, special: 0 };
  for (const { position, estimate } of atoms) {
    const { kind } = tokens[position]!;
    sums[kind === "text" ? "question" : kind] += estimate;
  }
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
