import type { z } from "zod";
import { db } from "@/lib/db/client";
import type { Run } from "@/lib/db/generated/client";
import { type StartOptions, startRun } from "@/lib/jobs/start";
import { measureJob } from "./job";

/** Starts measuring an SAE. */
export function startMeasure(params: z.input<typeof measureJob.schema>, options?: StartOptions): Promise<Run> {
  return startRun(measureJob, params, options);
}

/** Writes parts of an SAE's figures and keeps all others, in one statement, so that two runs do not lose each other's. */
export async function saveMeasures(saeId: string, parts: Record<string, unknown>): Promise<void> {
  await db().$executeRaw`
    UPDATE saes SET metrics = coalesce(metrics, '{}'::jsonb) || ${JSON.stringify(parts)}::jsonb WHERE id = ${saeId}`;
}
