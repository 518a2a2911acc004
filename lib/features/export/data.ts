import { db } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import { filterSql } from "../list/data";
import type { Filters } from "../list/schema";
import type { ExportPart } from "./schema";

export type ExportRow = Record<string, unknown> & { index: number };

/** Columns of each part, by the names that the file has; `f` is the feature, `e` an explanation, `x` an exemplar. */
const SELECT: Record<ExportPart, Prisma.Sql> = {
  features: Prisma.sql`SELECT f."index", f."status", f."label", f."kind", f."density", f."density_image" AS "densityImage",
      f."density_text" AS "densityText", f."image_share" AS "imageShare", f."max", f."mean", f."std", f."a_ref" AS "aRef",
      f."n_firing" AS "nFiring", f."cross_modal" AS "crossModal", f."detection", f."localisation", f."human", f."flags", f."tags"
    FROM page f ORDER BY f."index"`,
  explanations: Prisma.sql`SELECT f."index", e."id", e."text", e."status", e."reason", e."explainer",
      e."explainer_model" AS "explainerModel", e."prompt_version" AS "promptVersion", e."is_label" AS "isLabel", e."pinned",
      (SELECT count(*)::int FROM "votes" v WHERE v."explanation_id" = e."id" AND v."value" = 1) AS "up",
      (SELECT count(*)::int FROM "votes" v WHERE v."explanation_id" = e."id" AND v."value" = -1) AS "down",
      (SELECT json_object_agg(c."scorer", json_build_object('value', c."value", 'lo', c."lo", 'hi', c."hi",
        'control', c."control", 'n', c."n")) FROM "scores" c WHERE c."explanation_id" = e."id") AS "scores",
      e."created_at" AS "createdAt"
    FROM page f JOIN "explanations" e ON e."sae_id" = f."sae_id" AND e."index" = f."index"
    ORDER BY f."index", e."created_at", e."id"`,
  exemplars: Prisma.sql`SELECT f."index", x."band", x."rank", x."pool", x."peak", x."peak_at" AS "peakAt", x."mean", x."area",
      x."why", s."kind", s."sha", s."caption", x."tokens", x."offset", x."scale",
      translate(encode(x."grid", 'base64'), E'\\n', '') AS "grid"
    FROM page f JOIN "exemplars" x ON x."sae_id" = f."sae_id" AND x."index" = f."index"
      JOIN "samples" s ON s."id" = x."sample_id"
    ORDER BY f."index", x."band", x."rank"`,
};

/** Features read at once: exemplars come fifty to a feature. */
const PAGE: Record<ExportPart, number> = { features: 1000, explanations: 500, exemplars: 40 };

/**
 * Rows of one part of an SAE, page by page in order of number, so that any number of features takes the same memory.
 * @throws AppError INVALID_INPUT for a filter that is none.
 */
export async function* exportRows(saeId: string, part: ExportPart, filters: Filters): AsyncGenerator<ExportRow> {
  const passes = filterSql(filters);
  let after = -1;
  for (;;) {
    const size = PAGE[part];
    const page = Prisma.sql`SELECT f.* FROM "features" f WHERE f."sae_id" = ${saeId} AND f."index" > ${after}
      AND ${passes} ORDER BY f."index" LIMIT ${size}`;
    const [end] = await db().$queryRaw<{ last: number | null; n: number }[]>(
      Prisma.sql`SELECT max(p."index") AS last, count(*)::int AS n FROM (${page}) p`,
    );
    if (end?.last == null) return;
    yield* await db().$queryRaw<ExportRow[]>(Prisma.sql`WITH page AS (${page}) ${SELECT[part]}`);
    if (end.n < size) return;
    after = end.last;
  }
}
