import type { ImageTruth } from "@/lib/datasets/schema";
import { db } from "@/lib/db/client";
import { findSaes } from "@/lib/trace/data";
import type { OtherImagesQuery } from "./schema";
import type { QuestionKind } from "./types";

/** Images of a data set that are looked through for kinds of questions: as many as a search can ask about. */
const LOOKED_AT = 4000;

/**
 * Kinds of stored questions of yes or no in the corpora of SAEs, most questions first. The question says of which sort it is:
 * "no." also answers how many things there are.
 */
export function questionKinds(): Promise<QuestionKind[]> {
  return db().$queryRaw<QuestionKind[]>`
    SELECT d.slug AS dataset, q->>'kind' AS kind, count(*)::int AS n,
      (array_agg(q->>'question' ORDER BY s.ordinal))[1] AS example
    FROM samples s
    JOIN datasets d ON d.id = s.dataset_id
    CROSS JOIN LATERAL jsonb_array_elements(
      CASE jsonb_typeof(s.truth->'questions') WHEN 'array' THEN s.truth->'questions' ELSE '[]' END
    ) q
    WHERE s.kind = 'image' AND s.ordinal < ${LOOKED_AT} AND q->>'kind' IS NOT NULL AND q->>'answer' ~ '^(yes|no)\\y'
      AND q->>'question' ~* '^(is|are|do|does|did|has|have|can|was|were)\\y'
      AND EXISTS (SELECT 1 FROM saes WHERE saes.dataset_id = d.id)
    GROUP BY 1, 2
    ORDER BY n DESC, kind`;
}

/**
 * Other images of an SAE's corpus to put a question to. First those where the wanted answer is the stored true one, then
 * those that are asked questions of the same kind, then any. Never one whose stored answer is another; and "yes" is true of
 * nothing that is not known, so there the stored ones are all.
 * @throws AppError NOT_FOUND.
 */
export async function otherImages(query: OtherImagesQuery): Promise<string[]> {
  const { question, skip, limit } = query;
  const wanted = query.answer.trim().toLowerCase();
  const [sae] = await findSaes(query.in.split("/")[0] ?? "", [query.in]);
  const corpus = { kind: "image", ...(sae?.datasetId ? { datasetId: sae.datasetId } : {}) };
  const holding = (some: object) => ({ truth: { path: ["questions"], array_contains: [some] } });
  const order = { orderBy: { ordinal: "asc" } } as const;
  const asked = await db().sample.findMany({
    ...{ where: { ...corpus, ...holding({ question }) }, ...order },
    select: { sha: true, truth: true },
    take: LOOKED_AT,
  });
  const known = asked.map(({ sha, truth }) => ({
    sha,
    stored: (truth as unknown as ImageTruth).questions.find((one) => one.question === question),
  }));
  const found = known
    .filter(({ sha, stored }) => sha !== skip && stored?.answer.toLowerCase().startsWith(wanted))
    .map(({ sha }) => sha);
  const kind = known[0]?.stored?.kind;
  for (const like of [...(kind ? [holding({ kind })] : []), {}]) {
    if (found.length >= limit || /^yes\b/.test(wanted)) break;
    const no = [...known.map(({ sha }) => sha), ...found, ...(skip ? [skip] : [])];
    const where = { ...corpus, ...like, sha: { notIn: no } };
    const more = await db().sample.findMany({ where, ...order, select: { sha: true }, take: limit - found.length });
    found.push(...more.map(({ sha }) => sha));
  }
  return [...new Set(found)].slice(0, limit);
}
