import type { AtSite } from "@/lib/model/chain";
import type { Prompt } from "@/lib/model/prompt";
import type { Tensor } from "@/lib/model/session";
import type { SiteEdit, Span } from "@/lib/model/types";
import { type Matrix, rowRange } from "@/lib/tensor/matrix";

/** Adds a direction to the hidden states at a site: h + delta, at every token or only where `where` says. */
export function addDelta(site: string, delta: Float32Array, where?: readonly Span[]): SiteEdit {
  return {
    site,
    apply({ data, rows, cols }, spans) {
      if (delta.length !== cols)
        throw new RangeError(`a delta of ${delta.length} values cannot be added to width ${cols}`);
      for (let r = 0; r < rows; r++) {
        const span = spans[r];
        if (!span || (where && !where.includes(span))) continue;
        for (let i = 0; i < cols; i++) data[r * cols + i]! += delta[i]!;
      }
    },
  };
}

/** What stands at each position of a prompt. */
export function spansOf({ ids, image, imageStart }: Prompt): Span[] {
  return ids.map((_, i) => (image?.layout.tokens[i - imageStart]?.feature ? "image" : "question"));
}

/**
 * Edits as what a chain calls at its sites.
 * @param spans of each row's tokens, null for padding; at vision sites every row is of the image.
 */
export function editing(edits: readonly SiteEdit[], spans: readonly (readonly (Span | null)[])[]): AtSite | undefined {
  if (edits.length === 0) return undefined;
  return async (site, hidden) => {
    for (const edit of edits) {
      if (edit.site !== site) continue;
      for (const [r, matrix] of matrices(hidden).entries()) await edit.apply(matrix, spans[r] ?? vision(matrix));
    }
  };
}

const vision = ({ rows }: Matrix): Span[] => new Array<Span>(rows).fill("image");

/** One matrix [tokens, width] per row of a hidden state [rows, tokens, width] or [tokens, width]; they share its memory. */
export function matrices({ data, dims }: Tensor): Matrix[] {
  const cols = dims.at(-1) as number;
  const tokens = dims.at(-2) as number;
  const whole = { data: data as Float32Array, rows: data.length / cols, cols };
  return Array.from({ length: whole.rows / tokens }, (_, r) => rowRange(whole, r * tokens, (r + 1) * tokens));
}
