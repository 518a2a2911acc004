import { z } from "zod";

/** `limit` and `cursor` of every list. */
export const pageQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1000).optional(),
});

/** `{ items, nextCursor, total? }`: what every list answers. */
export function pageOf<S extends z.ZodType>(item: S) {
  return z.object({
    items: z.array(item),
    nextCursor: z.string().nullable(),
    total: z.int().optional().describe("only where counting is cheap"),
  });
}

/** A query value that lists several words: `a,b`. */
export function commaList<S extends z.ZodType<unknown, string>>(item: S) {
  return z
    .string()
    .transform((value) => value.split(",").filter(Boolean))
    .pipe(z.array(item as unknown as z.ZodType<z.output<S>, string>))
    .describe("several values separated by commas");
}
