import "server-only";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { listSaes } from "@/lib/saes/data";
import { searchFeatures } from "./data";
import { type SearchResult, searchQuery } from "./schema";

/** The first results of a query; one that does not parse finds nothing. */
export async function loadSearch(
  search: PageQuery,
): Promise<{ query: string; result: SearchResult; saes: readonly string[] }> {
  const flat = flatQuery(search);
  const parsed = searchQuery.safeParse(flat);
  const [result, saes] = await Promise.all([
    searchFeatures(parsed.success ? parsed.data : searchQuery.parse({ q: flat.q?.slice(0, 200) })),
    listSaes({}),
  ]);
  const known = saes.filter((sae) => sae.evidence).sort((a, b) => b.nExplained - a.nExplained || b.nLive - a.nLive);
  return { query: new URLSearchParams(flat).toString(), result, saes: known.map((sae) => sae.ref) };
}
