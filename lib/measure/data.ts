import { AppError } from "@/lib/core/errors";
import { getDataset } from "@/lib/datasets/data";
import { db } from "@/lib/db/client";
import type { Dataset, Model, Prisma, Sae } from "@/lib/db/generated/client";
import { findLiveRun } from "@/lib/runs/data";
import type { Run } from "@/lib/runs/schema";
import { ceSchema, conceptSummarySchema, type Measured, monosemanticitySchema } from "./schema";

/** An SAE with its model, by id or `<model>/<sae>`. @throws AppError NOT_FOUND. */
export async function findMeasurable(saeId: string): Promise<Sae & { model: Model }> {
  const [model, slug] = saeId.split("/");
  const where = slug ? { slug, model: { slug: model as string } } : { id: saeId };
  const sae = await db().sae.findFirst({ where, include: { model: true } });
  if (!sae) throw new AppError("NOT_FOUND", `There is no SAE ${saeId}.`);
  return sae;
}

/** Data set that an SAE was trained on by a run here; null for one that was imported. */
async function trainedOn(saeId: string): Promise<string | null> {
  const run = await db().run.findFirst({
    where: { kind: "train", state: "done", result: { path: ["saeId"], equals: saeId } },
    orderBy: { createdAt: "desc" },
    select: { params: true },
  });
  const { dataset } = (run?.params ?? {}) as { dataset?: unknown };
  return typeof dataset === "string" ? dataset : null;
}

/**
 * The data set to measure an SAE on: the one named, else that of its training, else that of its evidence. `trained` tells
 * whether training saw a part of it.
 * @throws AppError NOT_FOUND for a name without a data set, SAE_NOT_READY when there is nothing to measure on.
 */
export async function evaluationSet(
  sae: Pick<Sae, "id" | "slug" | "datasetId">,
  named?: string,
): Promise<{ dataset: Dataset; trained: boolean }> {
  const training = await trainedOn(sae.id);
  const slug = named ?? training;
  if (slug) return { dataset: await getDataset(slug), trained: slug === training };
  const evidence = sae.datasetId && (await db().dataset.findUnique({ where: { id: sae.datasetId } }));
  if (evidence) return { dataset: evidence, trained: false };
  throw new AppError("SAE_NOT_READY", `${sae.slug} has no data set yet: name one, or collect its exemplars first.`);
}

/** A vision model other than the SAE's own, the named one or the first; null when there is none to choose. */
export async function findEncoder(own: string, named?: string): Promise<Model | null> {
  if (!named)
    return db().model.findFirst({ where: { kind: "vision", id: { not: own } }, orderBy: { createdAt: "asc" } });
  const found = await db().model.findUnique({ where: { slug: named } });
  if (found?.kind === "vision" && found.id !== own) return found;
  throw new AppError("INVALID_INPUT", `${named} is no other vision model: register one, or leave the encoder out.`);
}

/** The run that measures an SAE now, or waits to; null when there is none. */
export async function findMeasureRun(model: string, slug: string): Promise<Run | null> {
  const sae = await db().sae.findFirst({ where: { slug, model: { slug: model } }, select: { id: true } });
  const named = [`${model}/${slug}`, ...(sae ? [sae.id] : [])];
  return findLiveRun("measure", named);
}

/** What was measured of an SAE, out of its stored figures; parts that cannot be read count as not measured. */
export function readMeasured(metrics: Prisma.JsonValue): Measured {
  const stored = (metrics ?? {}) as { ce?: unknown; monosemanticity?: unknown; conceptF1?: { summary?: unknown } };
  return {
    ce: ceSchema.safeParse(stored.ce).data ?? null,
    monosemanticity: monosemanticitySchema.safeParse(stored.monosemanticity).data ?? null,
    concepts: conceptSummarySchema.safeParse(stored.conceptF1?.summary).data ?? null,
  };
}
