import type { AtSite } from "@/lib/model/chain";
import type { Prompt } from "@/lib/model/prompt";
import type { Tensor } from "@/lib/model/session";
import type { Place, SiteEdit } from "@/lib/model/types";
import { type Matrix, rowRange } from "@/lib/tensor/matrix";

/** Adds a direction to the hidden states at a site: h + delta, at every token or only where `where` says. */
export function addDelta(site: string, delta: Float32Array, where?: (place: Place) => boolean): SiteEdit {
  return {
    site,
    apply(hidden, places) {
      const { cols } = hidden;
      if (delta.length !== cols)
        throw new RangeError(`a delta of ${delta.length} values cannot be added to width ${cols}`);
      eachRow(hidden, places, (row, place) => {
        if (where && !where(place)) return;
        for (let i = 0; i < cols; i++) row[i]! += delta[i]!;
      });
    },
  };
}

/** Calls `visit` with every row that is not padding, by reference, and where it stands. */
export function eachRow(
  { data, rows, cols }: Matrix,
  places: readonly (Place | null)[],
  visit: (row: Float32Array, place: Place, r: number) => void,
): void {
  for (let r = 0; r < rows; r++) {
    const place = places[r];
    if (place) visit(data.subarray(r * cols, (r + 1) * cols), place, r);
  }
}

/** Where each position of a prompt stands. */
export function placesOf({ ids, image, imageStart }: Prompt): Place[] {
  return ids.map((_, position) => {
    const token = image?.layout.tokens[position - imageStart];
    if (token?.feature) return { span: "image", position, cell: token.cell };
    return { span: "question", position, last: position === ids.length - 1 };
  });
}

/**
 * Edits as what a chain calls at its sites.
 * @param places of each row's tokens, null for padding; at vision sites every row is of the image.
 */
export function editing(
  edits: readonly SiteEdit[],
  places: readonly (readonly (Place | null)[])[],
): AtSite | undefined {
  if (edits.length === 0) return undefined;
  return async (site, hidden) => {
    for (const edit of edits) {
      if (edit.site !== site) continue;
      for (const [r, matrix] of matrices(hidden).entries()) await edit.apply(matrix, places[r] ?? inTower(matrix));
    }
  };
}

const inTower = ({ rows }: Matrix): Place[] =>
  Array.from({ length: rows }, (_, position) => ({ span: "image" as const, position }));

/** One matrix [tokens, width] per row of a hidden state [rows, tokens, width] or [tokens, width]; they share its memory. */
export function matrices({ data, dims }: Tensor): Matrix[] {
  const cols = dims.at(-1) as number;
  const tokens = dims.at(-2) as number;
  const whole = { data: data as Float32Array, rows: data.length / cols, cols };
  return Array.from({ length: whole.rows / tokens }, (_, r) => rowRange(whole, r * tokens, (r + 1) * tokens));
}
