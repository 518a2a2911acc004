import type { Metadata } from "next";
import { ListView } from "@/components/lists/list-view";
import { loadList } from "@/lib/lists/loaders";

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const list = await loadList((await params).id);
  return { title: list.name, description: list.description || `${list.n} features` };
}

export default async function ListPage({ params }: Props) {
  const list = await loadList((await params).id);
  return <ListView key={`${list.id} ${list.version}`} list={list} />;
}
