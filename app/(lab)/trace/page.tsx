import type { Metadata } from "next";
import { TraceDesk } from "@/components/trace/trace-desk";
import { PageHead } from "@/components/ui/page-head";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { queryOf } from "@/lib/trace/desk/format";
import { loadTraceDesk } from "@/lib/trace/loaders";

export const metadata: Metadata = {
  title: "Trace",
  description: "Which image patches, words and features made the model give one answer and not another.",
};

export default async function TracePage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const search = await searchParams;
  const desk = await loadTraceDesk(flatQuery(search));
  return (
    <>
      <PageHead title="Trace">
        Which patches, words and features made the model give one answer and not another.
      </PageHead>
      <TraceDesk {...desk} query={queryOf(search)} />
    </>
  );
}
