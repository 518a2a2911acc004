/** An image of a card; `mask` has one bit per cell that is in the region, as "0" and "1", row-major. */
interface CardPicture {
  sha: string;
  mask: { rows: number; cols: number; bits: string } | null;
}

/** All that a social card shows: it is drawn from this alone, and kept under the hash of this. */
export interface Card {
  /** Raised with every change of how cards are drawn. */
  v: 1;
  /** Small line above: where it belongs. */
  place: string;
  title: string;
  /** Facts below the title. */
  facts: string[];
  /** At most 4. */
  pictures: CardPicture[];
  /** Instead of more pictures, at most 4: lines with a name in front. */
  lines: { name: string; text: string; strong: boolean }[];
}
