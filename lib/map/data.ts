import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import type { Sae } from "@/lib/db/generated/client";
import type { SaeMap } from "./schema";

/** An SAE with exemplars, by id or `<model>/<sae>`. @throws AppError NOT_FOUND, SAE_NOT_READY */
export async function findMappable(saeId: string): Promise<Sae> {
  const [model, slug] = saeId.split("/");
  const sae = await db().sae.findFirst({ where: slug ? { slug, model: { slug: model as string } } : { id: saeId } });
  if (!sae) throw new AppError("NOT_FOUND", `There is no SAE ${saeId}.`);
  if (sae.status !== "collected") throw new AppError("SAE_NOT_READY", `Collect the exemplars of ${sae.slug} first.`);
  return sae;
}

/** The map of an SAE; null when none was made since its evidence was collected. @throws AppError NOT_FOUND */
export async function getMap(model: string, slug: string): Promise<SaeMap | null> {
  const row = await db().sae.findFirst({ where: { slug, model: { slug: model } }, select: { map: true } });
  if (!row) throw new AppError("NOT_FOUND", `There is no SAE ${model}/${slug}.`);
  return row.map as SaeMap | null;
}

export interface MappedFeature {
  index: number;
  label: string | null;
  tags: string[];
}

/** Features that fire often enough to have evidence. */
const LIVE = { notIn: ["dead", "too_rare"] };

/** Live features with the words known of them, the most frequent ones if there are more than `most`, in order of number. */
export async function listMapped(saeId: string, most: number): Promise<{ features: MappedFeature[]; live: number }> {
  const where = { saeId, status: LIVE };
  const [features, live] = await Promise.all([
    db().feature.findMany({
      where,
      select: { index: true, label: true, tags: true },
      orderBy: [{ density: "desc" }, { index: "asc" }],
      take: most,
    }),
    db().feature.count({ where }),
  ]);
  return { features: features.sort((a, b) => a.index - b.index), live };
}
