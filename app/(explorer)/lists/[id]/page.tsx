import type { Metadata } from "next";
import { ListView } from "@/components/lists/list-view";
import { listCard } from "@/lib/lists/card";
import { loadList } from "@/lib/lists/loaders";
import { cardMetadata } from "@/lib/share/cards/loaders";

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const list = await loadList((await params).id);
  const words = list.description || `A list of ${list.n} features`;
  return cardMetadata(listCard(list), `list/${list.id}`, list.name, words);
}

export default async function ListPage({ params }: Props) {
  const list = await loadList((await params).id);
  return <ListView key={`${list.id} ${list.version}`} list={list} />;
}
