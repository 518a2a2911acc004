import type { Metadata } from "next";
import { BlindTest } from "@/components/blind/blind-test";
import { Empty } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { loadBlindScope } from "@/lib/autointerp/blind/loaders";
import type { PageQuery } from "@/lib/core/page";

export const metadata: Metadata = {
  title: "Blind test",
  description: "Two images that were held out, one explanation: which one fires?",
};

interface Props {
  searchParams: Promise<PageQuery>;
}

/** Blind tests over an SAE, one after the other: features that few people judged come first. */
export default async function BlindPage({ searchParams }: Props) {
  const scope = await loadBlindScope(await searchParams);
  return (
    <div className="mx-auto max-w-2xl">
      <PageHead
        crumbs={
          scope
            ? [
                { label: scope.split("/")[0] ?? "", href: `/${scope.split("/")[0]}` },
                { label: scope.split("/")[1] ?? "", href: `/${scope.split("/").slice(0, 2).join("/")}` },
                { label: "blind test" },
              ]
            : undefined
        }
        title="Blind test"
      >
        Two images that were held out: one fires, half of the time the other is a near miss. What people get right is
        the human score of an explanation.
      </PageHead>
      {scope ? (
        <BlindTest scope={scope} />
      ) : (
        <Empty title="Nothing to judge yet">Explain the features of an SAE first.</Empty>
      )}
    </div>
  );
}
