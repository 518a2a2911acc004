import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import type { Model, Sae } from "@/lib/db/generated/client";

/** @throws AppError NOT_FOUND when no model of that name is registered. */
export async function getModelRow(slug: string): Promise<Model> {
  const model = await db().model.findUnique({ where: { slug } });
  if (!model) throw new AppError("NOT_FOUND", `There is no model "${slug}": register it first.`);
  return model;
}

/** @throws AppError NOT_FOUND. */
export async function getSaeRow(id: string): Promise<Sae & { model: Model }> {
  const sae = await db().sae.findUnique({ where: { id }, include: { model: true } });
  if (!sae) throw new AppError("NOT_FOUND", "There is no such SAE.");
  return sae;
}
