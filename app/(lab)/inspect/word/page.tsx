import type { Metadata } from "next";
import { PageHead } from "@/components/ui/page-head";
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
      <PageHead crumbs={[{ label: "inspect", href: "/inspect" }, { label: "word bench" }]} title="Word bench">
        Write a word on an image: what it does to a feature and to the answer, beside the same letters in another order.
      </PageHead>
      <WordBench {...bench} query={new URLSearchParams(query).toString()} />
    </>
  );
}
