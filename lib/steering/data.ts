import { getChatModel } from "@/lib/chat/data";
import { AppError } from "@/lib/core/errors";
import type { ImageTruth } from "@/lib/datasets/schema";
import { db } from "@/lib/db/client";
import { assertImage } from "@/lib/samples/data";
import type { ResolvedSteering, Steering, SteerParams } from "./schema";

/** The model and the features that a request names. @throws AppError as `resolveSteering`, NOT_FOUND also for its image. */
export async function resolveRequest({ model: slug, steering, image }: SteerParams) {
  const model = await getChatModel(slug);
  const steered = await resolveSteering(model.slug, steering);
  await assertImage(image);
  return { model, steered };
}

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

/** Fewest samples that are taken, whatever their share of the corpus. */
const FEWEST = 8;

/**
 * Samples of the corpus of an SAE to try an edit on, the same ones every time, images and texts by turns.
 * @param share at most this part of the corpus, so that a small one has something left for other uses.
 */
export async function controlSamples(checkpointHash: string, take: number, share = 1) {
  const sae = await db().sae.findFirst({
    where: { hash: checkpointHash, datasetId: { not: null } },
    include: { dataset: { select: { nImages: true, nTexts: true } } },
  });
  if (!sae?.datasetId || !sae.dataset) return [];
  const most = Math.max(FEWEST, Math.floor(share * (sae.dataset.nImages + sae.dataset.nTexts)));
  const n = Math.min(take, most);
  const some = (kind: "image" | "text") =>
    db().sample.findMany({
      where: { datasetId: sae.datasetId as string, kind },
      orderBy: { sha: "asc" },
      select: { ordinal: true, sha: true, kind: true, text: true, truth: true },
      take: n,
    });
  const [images, texts] = await Promise.all([some("image"), some("text")]);
  return images.flatMap((image, i) => (texts[i] ? [image, texts[i]] : [image])).slice(0, n);
}

const YES_NO = /^(yes|no)\b/;

/** Stored questions of a kind about an SAE's corpus that are truly answered by yes or no, the same ones every time. */
export async function storedQuestions(
  checkpointHash: string,
  kind: string,
  take: number,
): Promise<{ image: string; question: string; truth: "yes" | "no" }[]> {
  const rows = await db().sample.findMany({
    where: {
      ...{ kind: "image", truth: { path: ["questions"], array_contains: [{ kind }] } },
      dataset: { saes: { some: { hash: checkpointHash } } },
    },
    orderBy: { ordinal: "asc" },
    select: { sha: true, truth: true },
    take,
  });
  const found = rows.flatMap(({ sha: image, truth }) =>
    (truth as unknown as ImageTruth).questions
      .filter((one) => one.kind === kind && YES_NO.test(one.answer))
      .map(({ question, answer }) => ({ image, question, truth: YES_NO.exec(answer)![1] as "yes" | "no" })),
  );
  return found.slice(0, take);
}

/** A live feature of an SAE whose density is like another's, by seed; null when there is none. */
export async function featureLike(checkpointHash: string, index: number, seed: number) {
  const own = await db().feature.findFirst({ where: { index, sae: { hash: checkpointHash } } });
  if (!own) return null;
  const near = await db().$queryRaw<{ index: number; aRef: number }[]>`
    SELECT index, a_ref AS "aRef" FROM features WHERE sae_id = ${own.saeId} AND index <> ${index} AND a_ref > 0
    ORDER BY abs(ln(density + 1e-9) - ln(${own.density}::float8 + 1e-9)), index LIMIT 50`;
  const found = near[seed % Math.max(1, near.length)];
  return found ? { index: found.index, perReference: own.aRef > 0 ? found.aRef / own.aRef : 1 } : null;
}
