import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { ROW, type Row, toRow } from "../list/data";
import type { FeatureRow } from "../list/schema";

/** Rows of features of any SAEs by their refs `<model>/<sae>/<index>`, in the order asked for; null where there is none. */
export async function featureRows(refs: readonly string[]): Promise<(FeatureRow | null)[]> {
  if (refs.length === 0) return [];
  const parts = refs.map((ref) => ref.split("/"));
  const rows = await db().$queryRaw<(Row & { sae: string })[]>(Prisma.sql`SELECT ${ROW},
      m."slug" || '/' || s."slug" AS "sae"
    FROM unnest(${parts.map((p) => p[0] ?? "")}::text[], ${parts.map((p) => p[1] ?? "")}::text[],
        ${parts.map((p) => Number(p[2]))}::int[]) AS w("model", "sae", "index")
      JOIN "models" m ON m."slug" = w."model" JOIN "saes" s ON s."model_id" = m."id" AND s."slug" = w."sae"
      JOIN "features" f ON f."sae_id" = s."id" AND f."index" = w."index"`);
  const found = new Map(rows.map(({ sae, ...row }) => [`${sae}/${row.index}`, toRow(sae, row)]));
  return refs.map((ref) => found.get(ref) ?? null);
}

/** What rows about a feature are kept under. @throws AppError NOT_FOUND */
export async function findFeature(
  model: string,
  sae: string,
  index: number,
): Promise<{ saeId: string; index: number }> {
  const row = await db().feature.findFirst({
    where: { index, sae: { slug: sae, model: { slug: model } } },
    select: { saeId: true, index: true },
  });
  if (row) return row;
  throw new AppError("NOT_FOUND", `There is no feature ${model}/${sae}/${index}.`);
}
