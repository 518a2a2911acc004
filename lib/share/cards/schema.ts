import { z } from "zod";

/** An image of a card; `mask` has one bit per cell that is in the region, as "0" and "1", row-major. */
const pictureSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{64}$/),
  mask: z.object({ rows: z.int(), cols: z.int(), bits: z.string() }).nullable(),
});

/** All that a card shows: it is drawn from this alone, and named by the hash of this. */
export const cardSchema = z.object({
  /** Raised with every change of how cards are drawn. */
  v: z.literal(1),
  /** Small line above: where it belongs. */
  place: z.string(),
  title: z.string(),
  /** Facts below the title. */
  facts: z.array(z.string()),
  pictures: z.array(pictureSchema).max(4),
  /** Instead of more pictures: lines with a name in front. */
  lines: z.array(z.object({ name: z.string(), text: z.string(), strong: z.boolean() })).max(4),
});
export type Card = z.infer<typeof cardSchema>;
