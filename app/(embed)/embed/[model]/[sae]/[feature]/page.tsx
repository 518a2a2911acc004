import { EmbedFeature } from "@/components/embed/embed-feature";
import { VersionGone } from "@/components/share/version-gone";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { loadFeature } from "@/lib/features/loaders";
import { parseEmbed } from "@/lib/share/embed/format";
import { printVersions } from "@/lib/share/format";

interface Props {
  params: Promise<{ model: string; sae: string; feature: string }>;
  searchParams: Promise<PageQuery>;
}

export default async function EmbedFeaturePage({ params, searchParams }: Props) {
  const search = await searchParams;
  const query = flatQuery(search);
  const { feature } = await loadFeature(await params, search);
  const current = printVersions(feature.versions);
  if (query.at && query.at !== current) return <VersionGone feature={feature} wanted={query.at} current={current} />;
  const testText = query.defaulttesttext ?? query.text ?? "";
  return <EmbedFeature feature={feature} view={parseEmbed(query)} testText={testText.slice(0, 2000)} />;
}
