import type { Metadata } from "next";
import { FixDesk } from "@/components/fix/fix-desk";
import { PageHead } from "@/components/ui/page-head";
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
      <PageHead crumbs={[{ label: "steer", href: "/steer" }, { label: "search" }]} title="Search the smallest fix">
        Say what the model should answer: get the fewest features that make it do so, what they cost elsewhere, and
        whether chance would have done as well.
      </PageHead>
      <FixDesk data={data} query={query} />
    </>
  );
}
