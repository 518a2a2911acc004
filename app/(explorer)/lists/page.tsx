import type { Metadata } from "next";
import { ListsView } from "@/components/lists/lists-view";
import { loadLists } from "@/lib/lists/loaders";

export const metadata: Metadata = { title: "Lists" };
export const dynamic = "force-dynamic";

export default async function ListsPage() {
  return <ListsView lists={await loadLists()} />;
}
