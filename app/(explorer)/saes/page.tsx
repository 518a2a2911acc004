import type { Metadata } from "next";
import { SaesView } from "@/components/saes/saes-view";
import type { PageQuery } from "@/lib/core/page";
import { loadCompared } from "@/lib/saes/loaders";

export const metadata: Metadata = {
  title: "Compare SAEs",
  description: "What the sparsity of each SAE buys: variance explained, cross-entropy recovered, concepts found.",
};

export default async function SaesPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  // The query first: it keeps the page out of the build, which has no database.
  const search = await searchParams;
  const saes = await loadCompared();
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) for (const one of [value ?? []].flat()) query.append(name, one);
  return <SaesView saes={saes} query={query.toString()} />;
}
