import type { Metadata } from "next";
import { InspectDesk } from "@/components/inspect/inspect-desk";
import { PageHead } from "@/components/ui/page-head";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { loadInspectDesk } from "@/lib/inspect/loaders";

export const metadata: Metadata = {
  title: "Inspect",
  description: "Every feature that fires on an image, a region of it, or a word.",
};

export default async function InspectPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const query = flatQuery(await searchParams);
  const desk = await loadInspectDesk(query.image ?? null);
  return (
    <>
      <PageHead title="Inspect">Every feature that fires on an image, a region of it, or a word.</PageHead>
      <InspectDesk {...desk} query={new URLSearchParams(query).toString()} />
    </>
  );
}
