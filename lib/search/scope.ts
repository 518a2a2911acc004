import { Prisma } from "@/lib/db/generated/client";

/** Rows `f` of features of the SAEs of a model, of one SAE, or of all: "", "model", "model/sae". */
export function scopeSql(scope: string | undefined): Prisma.Sql {
  const [model, slug] = (scope ?? "").split("/");
  if (!model) return Prisma.sql`TRUE`;
  const sae = slug ? Prisma.sql`s."slug" = ${slug}` : Prisma.sql`TRUE`;
  return Prisma.sql`f."sae_id" = ANY(ARRAY(
    SELECT s."id" FROM "saes" s JOIN "models" m ON m."id" = s."model_id" WHERE m."slug" = ${model} AND ${sae}))`;
}
