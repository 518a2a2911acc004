import type { Metadata } from "next";
import { FeatureView } from "@/components/feature/feature-view";
import type { PageQuery } from "@/lib/core/page";
import { statusWords } from "@/lib/features/format";
import { loadFeature } from "@/lib/features/loaders";
import { featureMetadata } from "@/lib/share/cards/loaders";

interface Props {
  params: Promise<{ model: string; sae: string; feature: string }>;
  searchParams: Promise<PageQuery>;
}

export async function generateMetadata({ params, searchParams }: Props): Promise<Metadata> {
  const { feature } = await loadFeature(await params, await searchParams);
  const name = feature.label.text ?? statusWords(feature.label.status);
  return featureMetadata(feature, `${name} #${feature.index}`, `Feature ${feature.ref}: ${name}`);
}

export default async function FeaturePage({ params, searchParams }: Props) {
  const { feature, links, query } = await loadFeature(await params, await searchParams);
  return <FeatureView feature={feature} links={links} query={query} />;
}
