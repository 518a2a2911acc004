import type { SiteEdit } from "@/lib/model/types";
import { type SteerStep, steer } from "@/lib/sae/steer";
import { featureLike, resolveSteering } from "@/lib/steering/data";
import type { SiteSteps } from "@/lib/steering/lanes";
import type { ResolvedSteering, Steering } from "@/lib/steering/schema";
import { placesWhere } from "@/lib/steering/where";
import { warmSae } from "../warm";

type Grid = { rows: number; cols: number } | undefined;

/**
 * Steering as edits of hidden states, one for each site.
 * @param grid the base view of the image, if there is one.
 * @throws AppError as `resolveSteering` and `placesWhere`.
 */
export async function steeringEdits(model: string, steering: readonly Steering[], grid: Grid): Promise<SiteEdit[]> {
  const sites = await bySite(await resolveSteering(model, steering), grid);
  return sites.map(({ site, steps }) => steer(site, steps));
}

/** Steps by site, and the same with another feature of like density in each place. */
export async function steeringSites(
  model: string,
  steering: readonly Steering[],
  grid: Grid,
  seed: number,
): Promise<{ sites: SiteSteps[]; others: SiteSteps[] }> {
  const resolved = await resolveSteering(model, steering);
  const swapped: ResolvedSteering[] = [];
  for (const step of resolved) {
    const other = await featureLike(step.hash, step.feature, seed);
    if (!other) continue;
    const factor = step.method === "scale" ? 1 : other.perReference;
    swapped.push({ ...step, feature: other.index, strength: step.strength * factor });
  }
  return { sites: await bySite(resolved, grid), others: await bySite(swapped, grid) };
}

async function bySite(resolved: readonly ResolvedSteering[], grid: Grid): Promise<SiteSteps[]> {
  const sites = new Map<string, SteerStep[]>();
  for (const { site, hash, checkpoint, where, ...step } of resolved) {
    const steps = sites.get(site) ?? [];
    sites.set(site, steps);
    steps.push({ ...step, sae: await warmSae(hash, checkpoint), where: placesWhere(where, grid) });
  }
  return [...sites].map(([site, steps]) => ({ site, steps }));
}
