import type { EvidenceRow } from "@/lib/autointerp/data";
import { highlightedCrop } from "@/lib/autointerp/highlight";
import { shownCells } from "@/lib/autointerp/region";
import { isAppError } from "@/lib/core/errors";
import { besides, contactSheet, type SheetExample } from "@/lib/media/contact-sheet";
import type { RgbImage } from "@/lib/media/image";
import type { ExplainContext } from "../explainer";

/** Squares of an example are no larger than this, and no smaller than that. */
const LARGEST = 448;
const SMALLEST = 112;
/** Tokens of a text to either side of its peak. */
const AROUND = 24;

/** An exemplar with its pictures. */
export interface ImageExample extends SheetExample {
  row: EvidenceRow;
}

/** Strength of a peak from 1 to 10: 10 is the reference strength of the feature or more. */
export function strengthOf(peak: number, aRef: number): number {
  return aRef > 0 ? Math.min(10, Math.max(1, Math.ceil((10 * peak) / aRef))) : 10;
}

/** Reads the images of exemplars; those that are gone or broken are left out. */
export async function imageExamples(
  rows: readonly EvidenceRow[],
  aRef: number,
  ctx: ExplainContext,
): Promise<ImageExample[]> {
  const read = await Promise.all(
    rows.map(async (row): Promise<ImageExample[]> => {
      const image = await imageOf(row, ctx);
      if (!image) return [];
      const keep = shownCells(row.grid, image.place.rows, image.place.cols);
      const crop = highlightedCrop(image.pixels, keep, image.place);
      return [{ row, whole: image.pixels, crop, strength: strengthOf(row.peak, aRef) }];
    }),
  );
  return read.flat();
}

/** A sample with its picture as it is. */
export interface Pictured {
  row: EvidenceRow;
  pixels: RgbImage;
}

/** Samples with their pictures, as far as these can be read. */
export async function picturedOf(rows: readonly EvidenceRow[], ctx: ExplainContext): Promise<Pictured[]> {
  const images = await Promise.all(rows.map((row) => imageOf(row, ctx)));
  return rows.flatMap((row, i) => (images[i] ? [{ row, pixels: images[i].pixels }] : []));
}

async function imageOf(row: EvidenceRow, ctx: ExplainContext) {
  try {
    return await (await ctx.sample(row.sampleId)).image();
  } catch (error) {
    // A picture that is gone or broken: the others still show what the feature is.
    if (isAppError(error)) return null;
    throw error;
  }
}

/** Examples and silent pictures as images for a reader: one each, or all on one sheet. */
export async function picturesOf(
  examples: readonly ImageExample[],
  silent: readonly RgbImage[],
  layout: "apart" | "sheet",
): Promise<RgbImage[]> {
  if (examples.length === 0) return [];
  if (layout === "sheet") return [await contactSheet(examples, silent)];
  const pairs = examples.map(({ whole, crop }) => {
    const side = Math.min(LARGEST, Math.max(SMALLEST, whole.width, whole.height));
    return besides(whole, crop, side);
  });
  return [...(await Promise.all(pairs)), ...silent];
}

/** The tokens around the peak as text; the one at the peak in double brackets when it is to be marked. */
export function windowText({ tokens, peakAt }: Pick<EvidenceRow, "tokens" | "peakAt">, marked: boolean): string {
  const from = Math.max(0, peakAt - AROUND);
  const to = Math.min(tokens.length, peakAt + AROUND + 1);
  const text = tokens
    .slice(from, to)
    .map((token, i) => {
      if (!marked || from + i !== peakAt) return token;
      const bare = token.trim();
      return token.replace(bare, () => `[[${bare}]]`);
    })
    .join("")
    .replace(/\s+/g, " ")
    .trim();
  return `${from > 0 ? "… " : ""}${text}${to < tokens.length ? " …" : ""}`;
}
