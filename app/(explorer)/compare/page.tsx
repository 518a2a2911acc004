import type { Metadata } from "next";
import { CompareView } from "@/components/compare/compare-view";
import { loadCompare } from "@/lib/compare/loaders";
import type { PageQuery } from "@/lib/core/page";

export const metadata: Metadata = {
  title: "Compare",
  description: "Features side by side: shared images with both regions, overlaps, numbers, scores.",
};

export default async function ComparePage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  return <CompareView {...(await loadCompare(await searchParams))} />;
}
