import "server-only";
import { orNotFound } from "@/lib/core/page";
import { getSae, listSaes } from "@/lib/saes/data";
import { getMap } from "./data";
import type { MapPageData } from "./types";

/**
 * The map of the SAE that was asked for, or of the one that is known best; null when no SAE has evidence yet.
 * @param ref `<model>/<sae>`
 */
export async function loadMap(ref: string | undefined): Promise<MapPageData | null> {
  const saes = (await listSaes({})).filter((s) => s.evidence);
  const best = [...saes].sort((a, b) => b.nExplained - a.nExplained || b.nLive - a.nLive)[0];
  const [model, slug] = (ref ?? best?.ref)?.split("/") ?? [];
  if (!model || !slug) return null;
  const [sae, map] = await orNotFound(Promise.all([getSae(model, slug), getMap(model, slug)]));
  return { sae, saes, map, maxValue: Math.ceil(sae.maxValue) || 1 };
}
