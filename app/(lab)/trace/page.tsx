import type { Metadata } from "next";
import { TraceDesk } from "@/components/trace/trace-desk";
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
      <header className="mb-4">
        <h1 className="text-2xl font-semibold">Trace</h1>
        <p className="text-ink-soft">
          Which patches, words and features made the model give one answer and not another.
        </p>
      </header>
      <TraceDesk {...desk} query={queryOf(search)} />
    </>
  );
}
