/** What a row of activations is (docs/protocols/activation-shards.md); the numbers are part of the file format. */
export const ROW_KIND = { text: 0, base: 1, crop: 2, special: 3, generated: 4 } as const;
export type RowKind = (typeof ROW_KIND)[keyof typeof ROW_KIND];

/** Bits of a row's flags: rows that carry one are kept in the store and left out of training. */
export const ROW_FLAG = { bos: 1, outlier: 2 } as const;

/** Modality under which a row of this kind is counted in figures. */
export function modalityOfKind(kind: number): "image" | "text" | "other" {
  if (kind === ROW_KIND.base || kind === ROW_KIND.crop) return "image";
  return kind === ROW_KIND.text || kind === ROW_KIND.generated ? "text" : "other";
}
