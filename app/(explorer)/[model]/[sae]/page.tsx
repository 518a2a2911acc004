import type { Metadata } from "next";
import { FeatureList } from "@/components/list/feature-list";
import { SaeExplanations } from "@/components/sae/sae-explanations";
import { SaeHeader } from "@/components/sae/sae-header";
import { SaeQuality } from "@/components/sae/sae-quality";
import { loadExplainOverview } from "@/lib/autointerp/overview/loaders";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { loadFeatureList } from "@/lib/features/list/loaders";
import { loadMeasureRun } from "@/lib/measure/loaders";
import { loadSae, loadSaeRefs } from "@/lib/saes/loaders";

interface Props {
  params: Promise<{ model: string; sae: string }>;
  searchParams: Promise<PageQuery>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { model, sae } = await params;
  return { title: `${sae} · ${model}` };
}

export default async function SaePage({ params, searchParams }: Props) {
  const { model, sae: slug } = await params;
  const search = await searchParams;
  const [sae, first, refs, measuring, explaining] = await Promise.all([
    loadSae(model, slug),
    loadFeatureList(model, slug, search),
    loadSaeRefs(model),
    loadMeasureRun(model, slug),
    loadExplainOverview(model, slug),
  ]);
  return (
    <div className="flex flex-col">
      <SaeHeader sae={sae} />
      <SaeQuality sae={sae} measuring={measuring} />
      <SaeExplanations overview={explaining} />
      <FeatureList
        key={sae.ref}
        saeRef={sae.ref}
        first={first}
        query={new URLSearchParams(flatQuery(search)).toString()}
        maxValue={Math.ceil(sae.maxValue) || 1}
        others={refs.filter((ref) => ref !== sae.ref)}
      />
    </div>
  );
}
