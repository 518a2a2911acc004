import type { Metadata } from "next";
import { SearchView } from "@/components/search/search-view";
import type { PageQuery } from "@/lib/core/page";
import { loadSearch } from "@/lib/search/loaders";

export const metadata: Metadata = { title: "Search" };

export default async function SearchPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const { result, ...found } = await loadSearch(await searchParams);
  return <SearchView first={result} {...found} />;
}
