import type { Metadata } from "next";
import { Breadcrumbs } from "@/components/ui/breadcrumbs";
import { WordBench } from "@/components/word/word-bench";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { loadWordBench } from "@/lib/inspect/word/loaders";

export const metadata: Metadata = {
  title: "Word bench",
  description: "Write a word on an image and see what it does to a feature and to the answer.",
};

export default async function WordPage({ searchParams }: { searchParams: Promise<PageQuery> }) {
  const query = flatQuery(await searchParams);
  const bench = await loadWordBench(query);
  return (
    <>
      <header className="mb-4">
        <Breadcrumbs crumbs={[{ label: "inspect", href: "/inspect" }, { label: "word bench" }]} />
        <h1 className="mt-1.5 font-semibold text-2xl">Word bench</h1>
        <p className="text-ink-soft">
          Write a word on an image: what it does to a feature and to the answer, beside the same letters in another
          order.
        </p>
      </header>
      <WordBench {...bench} query={new URLSearchParams(query).toString()} />
    </>
  );
}
