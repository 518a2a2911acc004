import type { Metadata } from "next";
import { StudyView } from "@/components/studies/study-view";
import { Empty } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { loadStudies } from "@/lib/studies/loaders";

export const metadata: Metadata = { title: "Studies" };
export const dynamic = "force-dynamic";

export default async function StudiesPage() {
  const studies = await loadStudies();
  const done = studies.flatMap(({ run, result }) => (run && result ? [{ run, result }] : []));
  const open = studies.filter(({ result }) => !result).map(({ name }) => name);
  return (
    <>
      <PageHead title="Studies">
        Findings of Large Multi-modal Models Can Interpret Features in Large Multi-modal Models, found again by this
        installation, and what its own desks promise, over its own test sets, with intervals and controls.
      </PageHead>
      <div className="flex flex-col gap-4">
        {done.map(({ run, result }) => (
          <StudyView key={run.id} run={run} result={result} />
        ))}
        {open.length > 0 && (
          <Empty title={done.length > 0 ? `Not done yet: ${open.join(", ")}` : "No study was done yet"}>
            <code className="font-mono text-sm">npx fovea study {open[0]}</code> does one, once the demo has collected
            and explained features.
          </Empty>
        )}
      </div>
    </>
  );
}
