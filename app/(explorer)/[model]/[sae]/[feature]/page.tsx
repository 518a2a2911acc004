import type { Metadata } from "next";
import { FeatureView } from "@/components/feature/feature-view";
import { VersionGone } from "@/components/share/version-gone";
import type { PageQuery } from "@/lib/core/page";
import { featureCard } from "@/lib/features/card";
import { statusWords } from "@/lib/features/format";
import { loadFeature } from "@/lib/features/loaders";
import { cardMetadata } from "@/lib/share/cards/loaders";
import { printVersions } from "@/lib/share/format";

interface Props {
  params: Promise<{ model: string; sae: string; feature: string }>;
  searchParams: Promise<PageQuery>;
}

export async function generateMetadata({ params, searchParams }: Props): Promise<Metadata> {
  const { feature } = await loadFeature(await params, await searchParams);
  const name = feature.label.text ?? statusWords(feature.label.status);
  return cardMetadata(
    featureCard(feature),
    `feature/${feature.ref}`,
    `${name} #${feature.index}`,
    `Feature ${feature.ref}: ${name}`,
  );
}

export default async function FeaturePage({ params, searchParams }: Props) {
  const { feature, links, query, beside } = await loadFeature(await params, await searchParams);
  const current = printVersions(feature.versions);
  if (query.at && query.at !== current) return <VersionGone feature={feature} wanted={query.at} current={current} />;
  return <FeatureView {...{ feature, links, query, beside }} />;
}
