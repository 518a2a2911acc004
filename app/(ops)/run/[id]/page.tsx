import type { Metadata } from "next";
import { RunView } from "@/components/runs/run-view";
import { SteerRunView } from "@/components/steering/steer-run-view";
import { kindWords } from "@/lib/runs/format";
import { loadRun } from "@/lib/runs/loaders";
import { loadSteerRun } from "@/lib/steering/loaders";

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { run } = await loadRun((await params).id);
  return { title: `Run: ${kindWords(run.kind)}` };
}

export default async function RunPage({ params }: Props) {
  const { run, steps } = await loadRun((await params).id);
  if (run.kind === "steer") return <SteerRunView key={run.id} run={run} {...(await loadSteerRun(run))} />;
  return <RunView run={run} steps={steps} />;
}
