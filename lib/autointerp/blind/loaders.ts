import "server-only";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { listSaes } from "@/lib/saes/data";

/** What a page of blind tests asks about: `in` of its address, else the SAE with the most explanations; undefined without one. */
export async function loadBlindScope(search: PageQuery): Promise<string | undefined> {
  const wanted = flatQuery(search).in;
  if (wanted && /^[^/]+\/[^/]+(\/\d{1,9})?$/.test(wanted)) return wanted;
  const saes = await listSaes({});
  return saes.filter((sae) => sae.nExplained > 0).sort((a, b) => b.nExplained - a.nExplained)[0]?.ref;
}
