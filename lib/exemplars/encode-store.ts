import type { BlockPlace, RowBlock } from "@/lib/activations/store";
import { ROW_IMAGE, ROW_SKIP, ROW_TEXT, type SampleCodes } from "@/lib/exemplars/codes";
import { ROW_KIND } from "@/lib/formats/row-kinds";
import type { CodesWithNext } from "@/lib/sae/encode";

/** Blocks of a store that become one chunk of codes each: about 30 images. */
export const BLOCK_ROWS = 8192;

/** Runners-up kept per row for near misses: a quarter of k. */
export const runnersUp = (k: number) => Math.max(1, Math.round(k / 4));

/** Where the codes of one SAE on one activation store are kept. */
export function codesPrefix(store: string, sae: { hash: string; k: number }): string {
  return `activations/${store}/codes/${sae.hash.slice(0, 16)}-${runnersUp(sae.k)}`;
}

/** Name of the chunk of a block within an SAE's codes. */
export const chunkName = (place: BlockPlace) =>
  `${String(place.shard).padStart(6, "0")}-${String(place.from).padStart(8, "0")}`;

/**
 * Splits the codes of a block by sample. Cells are numbered in the order of their tokens, which is row-major; every other
 * token of the prompt counts as text, special ones included. Flagged rows (beginning of text, norm outliers) and crops
 * are skipped but keep their number.
 * @param sampleOf dense index of an example in the corpus, undefined for one that left it
 */
export function splitBySample(
  block: RowBlock,
  codes: CodesWithNext,
  sampleOf: (example: number) => number | undefined,
): SampleCodes[] {
  const { k } = codes;
  const { m } = codes.next;
  const out: SampleCodes[] = [];
  for (let from = 0; from < block.acts.rows; ) {
    let to = from + 1;
    while (to < block.acts.rows && block.example[to] === block.example[from]) to++;
    const sample = sampleOf(block.example[from] as number);
    if (sample !== undefined) {
      out.push({
        sample,
        rows: to - from,
        k,
        m,
        ...placesOf(block, from, to),
        index: codes.index.subarray(from * k, to * k),
        value: codes.value.subarray(from * k, to * k),
        nextIndex: codes.next.index.subarray(from * m, to * m),
        nextValue: codes.next.value.subarray(from * m, to * m),
      });
    }
    from = to;
  }
  return out;
}

function placesOf(block: RowBlock, from: number, to: number): Pick<SampleCodes, "kind" | "at"> {
  const kind = new Uint8Array(to - from);
  const at = new Int32Array(to - from);
  let nCells = 0;
  let nTokens = 0;
  for (let r = from; r < to; r++) {
    const stored = block.kind[r];
    const image = stored === ROW_KIND.base;
    if (stored === ROW_KIND.crop) {
      kind[r - from] = ROW_SKIP;
      continue;
    }
    at[r - from] = image ? nCells++ : nTokens++;
    kind[r - from] = block.flags[r] !== 0 ? ROW_SKIP : image ? ROW_IMAGE : ROW_TEXT;
  }
  return { kind, at };
}
