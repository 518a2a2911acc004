import { join } from "node:path";
import { findCollectedSae } from "@/lib/autointerp/data";
import { env } from "@/lib/core/env";
import { done, type Handler } from "@/lib/jobs/define";
import type { studyJob } from "@/lib/studies/job";
import type { StudyName, StudyResult } from "@/lib/studies/schema";
import { openAtlas } from "@/lib/world/atlas";
import { borrowModel, warmSae } from "../warm";
import type { StudyScene } from "./study-scene";

type Study = (scene: StudyScene) => Promise<Omit<StudyResult, "name">>;

const STUDIES: Record<StudyName, () => Promise<Study>> = {
  attribution: async () => (await import("./study-attribution")).studyAttribution,
  objects: async () => (await import("./study-objects")).studyObjects,
  map: async () => (await import("./study-map")).studyMap,
  perception: async () => (await import("./study-perception")).studyPerception,
  senses: async () => (await import("./study-senses")).studySenses,
  regions: async () => (await import("./study-regions")).studyRegions,
  feelings: async () => (await import("./study-feelings")).studyFeelings,
};

export const handleStudy: Handler<typeof studyJob> = async (ctx) => {
  const { name, sae: ref } = ctx.params;
  const row = await findCollectedSae(ref);
  const { value: model, release } = await borrowModel(row.model);
  try {
    const sae = await warmSae(row.hash, row.checkpoint);
    const atlas = await openAtlas(join(env().FOVEA_HOME, "cache"));
    const study = await STUDIES[name]();
    const { id: saeId, site, hash } = row;
    const scene = { ctx, model, sae, saeId, ref: `${row.model.slug}/${row.slug}`, site, hash, atlas };
    return done({ name, ...(await study(scene)) } satisfies StudyResult);
  } finally {
    await release();
  }
};
