import "server-only";
import { isAppError } from "@/lib/core/errors";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { listSaes } from "@/lib/saes/data";
import { searchFeatures } from "./data";
import { embedderName } from "./meaning/embedder";
import { type SearchResult, searchQuery } from "./schema";

export interface SearchPage {
  query: string;
  result: SearchResult;
  saes: readonly string[];
  /** An embedder is set. */
  meaning: boolean;
  /** False when the embedder did not answer, and `result` is empty. */
  answered: boolean;
}

/** The first results of a query; one that does not parse finds nothing. */
export async function loadSearch(search: PageQuery): Promise<SearchPage> {
  const flat = flatQuery(search);
  const parsed = searchQuery.safeParse(flat);
  const asked = parsed.success ? parsed.data : searchQuery.parse({ q: flat.q?.slice(0, 200) });
  const [result, saes] = await Promise.all([
    searchFeatures(asked).catch((error: unknown) => {
      if (isAppError(error) && error.code === "EMBEDDER_FAILED") return null;
      throw error;
    }),
    listSaes({}),
  ]);
  const known = saes.filter((sae) => sae.evidence).sort((a, b) => b.nExplained - a.nExplained || b.nLive - a.nLive);
  return {
    query: new URLSearchParams(flat).toString(),
    result: result ?? (await searchFeatures({ ...asked, q: "" })),
    saes: known.map((sae) => sae.ref),
    meaning: embedderName() !== null,
    answered: result !== null,
  };
}
