import type { Metadata } from "next";
import { FixDesk } from "@/components/fix/fix-desk";
import { Breadcrumbs } from "@/components/ui/breadcrumbs";
import type { PageQuery } from "@/lib/core/page";
import { loadFixDesk } from "@/lib/steering/loaders";

export const metadata: Metadata = {
  title: "Search the smallest fix",
  description: "Say what a model should answer, and get the smallest set of features that makes it do so.",
};

export default async function FixPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const { data, query } = await loadFixDesk(await searchParams);
  return (
    <>
      <header className="mb-4">
        <Breadcrumbs crumbs={[{ label: "steer", href: "/steer" }, { label: "search" }]} />
        <h1 className="mt-1.5 text-2xl font-semibold">Search the smallest fix</h1>
        <p className="text-ink-soft">
          Say what the model should answer: get the fewest features that make it do so, what they cost elsewhere, and
          whether chance would have done as well.
        </p>
      </header>
      <FixDesk data={data} query={query} />
    </>
  );
}
