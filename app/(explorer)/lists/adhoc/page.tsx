import type { Metadata } from "next";
import { AdhocView } from "@/components/lists/adhoc-view";
import type { PageQuery } from "@/lib/core/page";
import { loadAdhoc } from "@/lib/lists/loaders";

export const metadata: Metadata = { title: "List" };

/** A list that lives in its address alone. */
export default async function AdhocPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  return <AdhocView list={await loadAdhoc(await searchParams)} />;
}
