import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { editDistance, slipsAllowed } from "../spelling";

/** Words that a beginning may stand for; the shortest come first, as they are the likeliest to be meant. */
const MOST_ENDINGS = 50;
/** Words that a misspelling may stand for. */
const MOST_MEANT = 3;

/** A LIKE pattern for texts that begin so. */
export function beginning(text: string): string {
  return `${text.replace(/[\\%_]/g, "\\$&")}%`;
}

/** Known words that begin like this. */
export async function wordsBeginning(start: string): Promise<string[]> {
  const rows = await db().$queryRaw<{ word: string }[]>(
    Prisma.sql`SELECT "word" FROM "words" WHERE "word" LIKE ${beginning(start)}
      ORDER BY length("word"), "word" LIMIT ${MOST_ENDINGS}`,
  );
  return rows.map((row) => row.word);
}

/** Known words that a reader may have meant by each word that is not known, nearest first; known words are left out. */
export async function wordsMeant(words: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await db().$queryRaw<{ given: string; word: string }[]>(
    Prisma.sql`SELECT unknown.given, near."word" FROM (
        SELECT given FROM unnest(${words}::text[]) AS given
        WHERE length(given) > 3 AND NOT EXISTS (SELECT FROM "words" k WHERE k."word" = given) OFFSET 0) unknown,
      LATERAL (SELECT "word" FROM "words" ORDER BY "word" <-> unknown.given LIMIT 40) near`,
  );
  const meant = new Map<string, { word: string; slips: number }[]>();
  for (const { given, word } of rows) {
    const slips = editDistance(given, word, slipsAllowed(given));
    if (slips <= slipsAllowed(given)) meant.set(given, [...(meant.get(given) ?? []), { word, slips }]);
  }
  return new Map(
    [...meant].map(([given, near]) => [
      given,
      near
        .sort((a, b) => a.slips - b.slips)
        .slice(0, MOST_MEANT)
        .map((n) => n.word),
    ]),
  );
}

/** Up to six known words that look like the text, to offer when nothing was found. */
export async function wordsLike(text: string): Promise<string[]> {
  const rows = await db().$queryRaw<{ word: string }[]>(
    Prisma.sql`SELECT "word" FROM "words" ORDER BY "word" <-> fovea_plain(${text}) LIMIT 6`,
  );
  return rows.map((row) => row.word);
}
