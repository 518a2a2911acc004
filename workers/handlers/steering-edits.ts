import type { SiteEdit } from "@/lib/model/types";
import { type SteerStep, steer } from "@/lib/sae/steer";
import { resolveSteering } from "@/lib/steering/data";
import type { Steering } from "@/lib/steering/schema";
import { placesWhere } from "@/lib/steering/where";
import { warmSae } from "../warm";

/**
 * Steering as edits of hidden states, one for each site.
 * @param grid the base view of the image, if there is one.
 * @throws AppError as `resolveSteering` and `placesWhere`.
 */
export async function steeringEdits(
  model: string,
  steering: readonly Steering[],
  grid: { rows: number; cols: number } | undefined,
): Promise<SiteEdit[]> {
  const bySite = new Map<string, SteerStep[]>();
  for (const { site, hash, checkpoint, where, ...step } of await resolveSteering(model, steering)) {
    const steps = bySite.get(site) ?? [];
    bySite.set(site, steps);
    steps.push({ ...step, sae: await warmSae(hash, checkpoint), where: placesWhere(where, grid) });
  }
  return [...bySite].map(([site, steps]) => steer(site, steps));
}
