import "server-only";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { searchFeatures } from "./data";
import { type SearchResult, searchQuery } from "./schema";

/** The first results of a query; one that does not parse finds nothing. */
export async function loadSearch(search: PageQuery): Promise<{ query: string; result: SearchResult }> {
  const flat = flatQuery(search);
  const parsed = searchQuery.safeParse(flat);
  const result = await searchFeatures(parsed.success ? parsed.data : searchQuery.parse({ q: flat.q?.slice(0, 200) }));
  return { query: new URLSearchParams(flat).toString(), result };
}
