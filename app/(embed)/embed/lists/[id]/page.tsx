import type { Metadata } from "next";
import { EmbedRows } from "@/components/embed/embed-rows";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { listCard } from "@/lib/lists/card";
import { loadList } from "@/lib/lists/loaders";
import { cardMetadata } from "@/lib/share/cards/loaders";
import { parseEmbed } from "@/lib/share/embed/format";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<PageQuery>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const list = await loadList((await params).id);
  return cardMetadata(listCard(list), `list/${list.id}`, list.name, `A list of ${list.items.length} features`);
}

export default async function EmbedListPage({ params, searchParams }: Props) {
  const list = await loadList((await params).id);
  const view = parseEmbed(flatQuery(await searchParams));
  const rows = list.items.flatMap(({ feature }) => feature ?? []);
  return <EmbedRows title={list.name} rows={rows} view={view} href={`/lists/${list.id}`} />;
}
