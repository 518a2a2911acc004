import "server-only";
import { orNotFound } from "@/lib/core/page";
import { getSae, listSaes } from "@/lib/saes/data";
import { richestOf } from "@/lib/saes/format";
import { getMap } from "./data";
import type { MapPageData } from "./types";

/**
 * The map of the SAE that was asked for, or of the one that is known best; null when no SAE has evidence yet.
 * @param ref `<model>/<sae>`
 */
export async function loadMap(ref: string | undefined): Promise<MapPageData | null> {
  const saes = (await listSaes({})).filter((s) => s.evidence);
  const [model, slug] = (ref ?? richestOf(saes)?.ref)?.split("/") ?? [];
  if (!model || !slug) return null;
  const [sae, map] = await orNotFound(Promise.all([getSae(model, slug), getMap(model, slug)]));
  return { sae, saes, map, maxValue: Math.ceil(sae.maxValue) || 1 };
}
