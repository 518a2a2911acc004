import type { Metadata } from "next";
import { RunList } from "@/components/runs/run-view";
import { Link } from "@/components/ui/link";
import { Empty } from "@/components/ui/note";
import { loadRuns } from "@/lib/runs/loaders";

export const metadata: Metadata = { title: "Runs" };
export const dynamic = "force-dynamic";

export default async function RunsPage() {
  const { items } = await loadRuns();
  return (
    <>
      <header className="mb-4 flex items-baseline justify-between gap-3">
        <h1 className="text-2xl font-semibold">Runs</h1>
        <Link href="/studies" className="rounded text-accent text-sm underline underline-offset-2">
          What studies found
        </Link>
      </header>
      {items.length === 0 ? (
        <Empty title="Nothing has run yet">
          <code className="font-mono text-sm">npm run demo</code> makes scenes, reads the model, trains an SAE and
          explains its features; its run appears here.
        </Empty>
      ) : (
        <RunList runs={items} />
      )}
    </>
  );
}
