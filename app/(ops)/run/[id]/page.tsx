import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { FixRun } from "@/components/fix/fix-run";
import { InspectRun } from "@/components/inspect/inspect-run";
import { RunView } from "@/components/runs/run-view";
import { SteerRunView } from "@/components/steering/steer-run-view";
import { StudyView } from "@/components/studies/study-view";
import { TraceRun } from "@/components/trace/trace-run";
import { loadInspectRun } from "@/lib/inspect/loaders";
import { wordAddress } from "@/lib/inspect/word/format";
import type { WordParams } from "@/lib/inspect/word/schema";
import { kindWords } from "@/lib/runs/format";
import { loadRun, loadRunCard } from "@/lib/runs/loaders";
import { cardMetadata } from "@/lib/share/cards/loaders";
import { loadFixRun, loadSteerRun } from "@/lib/steering/loaders";
import { loadStudyRun } from "@/lib/studies/loaders";
import { loadTraceRun } from "@/lib/trace/loaders";

interface Props {
  params: Promise<{ id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { run } = await loadRun((await params).id);
  const card = await loadRunCard(run);
  const words = [card.title, ...card.lines.map(({ name, text }) => `${name}: ${text}`)].join(" · ");
  return cardMetadata(card, `run/${run.id}`, `Run: ${kindWords(run.kind)}`, words);
}

/** Runs of a desk open as that desk, read-only; all others by their progress and what they made. */
export default async function RunPage({ params }: Props) {
  const { run, steps } = await loadRun((await params).id);
  switch (run.kind) {
    case "steer":
      return <SteerRunView key={run.id} run={run} {...(await loadSteerRun(run))} />;
    case "trace":
      return <TraceRun run={run} {...(await loadTraceRun(run))} />;
    case "inspect":
      return <InspectRun run={run} {...(await loadInspectRun(run))} />;
    case "word":
      redirect(wordAddress({ ...(run.params as WordParams), show: "word" }));
      break;
    case "search":
      return <FixRun run={run} {...(await loadFixRun(run))} />;
    case "study": {
      const result = await loadStudyRun(run);
      return (
        <RunView run={run} steps={steps}>
          {result && <StudyView result={result} />}
        </RunView>
      );
    }
    default:
      return <RunView run={run} steps={steps} />;
  }
}
