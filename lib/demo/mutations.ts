import type { z } from "zod";
import { hashOf } from "@/lib/core/hash";
import { db } from "@/lib/db/client";
import type { Run } from "@/lib/db/generated/client";
import { demoJob } from "@/lib/demo/job";
import { retryRun } from "@/lib/jobs/control";
import { startRun } from "@/lib/jobs/start";

/**
 * The demo run with these parameters: the one that exists, resumed when it failed, or a new one. So a second start of the
 * demo finds everything done, and a start after a crash goes on.
 */
export async function startDemo(params: z.input<typeof demoJob.schema>): Promise<Run> {
  const wanted = hashOf(demoJob.schema.parse(params));
  const runs = await db().run.findMany({ where: { kind: demoJob.name }, orderBy: { createdAt: "desc" } });
  const known = runs.find((run) => hashOf(run.params) === wanted && run.state !== "cancelled");
  if (!known) return startRun(demoJob, params);
  return known.state === "failed" ? retryRun(known.id) : known;
}
