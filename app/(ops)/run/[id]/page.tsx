import type { Metadata } from "next";
import { RunView } from "@/components/runs/run-view";
import { kindWords } from "@/lib/runs/format";
import { loadRun } from "@/lib/runs/loaders";

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { run } = await loadRun((await params).id);
  return { title: `Run: ${kindWords(run.kind)}` };
}

export default async function RunPage({ params }: Props) {
  const { run, steps } = await loadRun((await params).id);
  return <RunView run={run} steps={steps} />;
}
