import { EmbedRows } from "@/components/embed/embed-rows";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { loadSearch } from "@/lib/search/loaders";
import { parseEmbed } from "@/lib/share/embed/format";

/** What a search finds, as the words and filters of its address ask. */
export default async function EmbedSearchPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const search = await searchParams;
  const { result } = await loadSearch(search);
  const { show: _, theme: __, height: ___, ...asked } = flatQuery(search);
  const title = asked.q ? `“${asked.q}”` : "Search";
  return (
    <EmbedRows
      title={title}
      rows={result.items}
      view={parseEmbed(flatQuery(search))}
      href={`/search?${new URLSearchParams(asked)}`}
    />
  );
}
