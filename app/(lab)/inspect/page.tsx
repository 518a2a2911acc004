import type { Metadata } from "next";
import { InspectDesk } from "@/components/inspect/inspect-desk";
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
      <header className="mb-4">
        <h1 className="text-2xl font-semibold">Inspect</h1>
        <p className="text-ink-soft">Every feature that fires on an image, a region of it, or a word.</p>
      </header>
      <InspectDesk {...desk} query={new URLSearchParams(query).toString()} />
    </>
  );
}
