import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import type { ResolvedSteering, Steering } from "./schema";

/**
 * Looks up the features that are to be turned and puts their strengths into raw units.
 * @throws AppError NOT_FOUND, INVALID_INPUT for a feature of another model, SAE_NOT_READY and FEATURE_DEAD for units that are not
 * known or zero.
 */
export function resolveSteering(model: string, list: readonly Steering[]): Promise<ResolvedSteering[]> {
  return Promise.all(list.map((steering) => resolve(model, steering)));
}

async function resolve(model: string, steering: Steering): Promise<ResolvedSteering> {
  const parts = steering.feature.split("/");
  const index = Number(parts.pop());
  const sae = parts.pop() as string;
  if (parts.length > 0 && parts[0] !== model) {
    throw new AppError("INVALID_INPUT", `${steering.feature} is a feature of ${parts[0]}: steer ${model} by its own.`);
  }
  const found = await db().sae.findFirst({
    where: { slug: sae, model: { slug: model } },
    select: {
      site: true,
      checkpoint: true,
      hash: true,
      n: true,
      features: { where: { index }, select: { aRef: true, max: true } },
    },
  });
  if (!found || index >= found.n) throw new AppError("NOT_FOUND", `There is no feature ${model}/${sae}/${index}.`);
  const { site, checkpoint, hash, features } = found;
  const { method, where } = steering;
  return { site, checkpoint, hash, feature: index, method, strength: rawStrength(steering, features[0]), where };
}

function rawStrength(
  { feature, method, strength, unit }: Steering,
  measured: { aRef: number; max: number } | undefined,
): number {
  if (method === "scale" || method === "ablate" || unit === "raw") return strength;
  if (!measured) {
    throw new AppError("SAE_NOT_READY", `Feature ${feature} was not measured yet: give its strength in unit raw.`);
  }
  const of = unit === "ref" ? measured.aRef : measured.max;
  if (of > 0) return strength * of;
  throw new AppError("FEATURE_DEAD", `Feature ${feature} never fired on the corpus: give its strength in unit raw.`);
}
