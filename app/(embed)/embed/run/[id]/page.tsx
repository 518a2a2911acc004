import { EmbedRun } from "@/components/embed/embed-run";
import { flatQuery, type PageQuery } from "@/lib/core/page";
import { loadRun, loadRunCard } from "@/lib/runs/loaders";
import { parseEmbed } from "@/lib/share/embed/format";

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<PageQuery>;
}

export default async function EmbedRunPage({ params, searchParams }: Props) {
  const { run } = await loadRun((await params).id);
  return <EmbedRun card={await loadRunCard(run)} id={run.id} view={parseEmbed(flatQuery(await searchParams))} />;
}
