import { SCORERS } from "@/lib/autointerp/schema";
import { env } from "@/lib/core/env";
import { VERSION } from "@/lib/core/version";
import { db, isDatabaseUp } from "@/lib/db/client";
import { liveWorkers } from "@/lib/jobs/presence";
import type { Health, Service } from "./schema";

/** Never throws: a broken part is an answer, not an error. */
export async function getHealth(): Promise<Health> {
  if (!(await isDatabaseUp())) {
    return {
      status: "degraded",
      ready: false,
      version: VERSION,
      database: "down",
      workers: { interactive: 0, batch: 0 },
      model: null,
      features: 0,
    };
  }
  const [workers, model, sum] = await Promise.all([
    liveWorkers(),
    db().model.findFirst({ orderBy: { createdAt: "asc" }, select: { slug: true } }),
    db().sae.aggregate({ _sum: { nLive: true } }),
  ]);
  const features = sum._sum.nLive ?? 0;
  const idle = Object.values(workers).some((n) => n === 0);
  const status = idle ? "degraded" : features === 0 ? "starting" : "ok";
  return {
    status,
    ready: features > 0,
    version: VERSION,
    database: "up",
    workers,
    model: model?.slug ?? null,
    features,
  };
}

export async function getService(): Promise<Service> {
  return {
    name: "fovea",
    version: VERSION,
    accessMode: env().FOVEA_TOKEN === undefined ? "open" : "read",
    lanes: await liveWorkers(),
    limits: { pageSize: 200, jsonBytes: 2 * 1024 * 1024 },
    explainers: ["self"],
    scorers: [...SCORERS],
    openapiUrl: "/api/v1/openapi.json",
  };
}
