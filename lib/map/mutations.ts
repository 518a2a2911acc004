import type { z } from "zod";
import { inPgTransaction } from "@/lib/db/copy";
import type { Run } from "@/lib/db/generated/client";
import { type StartOptions, startRun } from "@/lib/jobs/start";
import { mapJob } from "./job";
import type { SaeMap } from "./schema";

/** Starts laying out the map of an SAE. */
export function startMap(params: z.input<typeof mapJob.schema>, options?: StartOptions): Promise<Run> {
  return startRun(mapJob, params, options);
}

/** Where one feature lies; `cluster` is null between clusters. */
export interface Placed {
  index: number;
  x: number;
  y: number;
  cluster: number | null;
}

/** Replaces the map of an SAE in one transaction: readers see the old one or the new one. */
export async function replaceMap(saeId: string, map: SaeMap, placed: readonly Placed[]): Promise<void> {
  await inPgTransaction(async (client) => {
    await client.query(
      `UPDATE features AS f SET x = p.x, y = p.y, cluster = p.cluster
       FROM features AS old LEFT JOIN unnest($2::int[], $3::real[], $4::real[], $5::int[])
         AS p("index", x, y, cluster) ON p."index" = old."index"
       WHERE f.sae_id = $1 AND old.sae_id = $1 AND old."index" = f."index"`,
      [saeId, placed.map((p) => p.index), placed.map((p) => p.x), placed.map((p) => p.y), placed.map((p) => p.cluster)],
    );
    await client.query("UPDATE saes SET map = $2 WHERE id = $1", [saeId, JSON.stringify(map)]);
  });
}
