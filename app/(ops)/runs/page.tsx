import type { Metadata } from "next";
import { RunList } from "@/components/runs/run-view";
import { buttonClass } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { Empty } from "@/components/ui/note";
import { PageHead } from "@/components/ui/page-head";
import { loadRuns } from "@/lib/runs/loaders";

export const metadata: Metadata = { title: "Runs" };
export const dynamic = "force-dynamic";

export default async function RunsPage() {
  const { items } = await loadRuns();
  return (
    <>
      <PageHead
        title="Runs"
        actions={
          <Link href="/studies" className={buttonClass("outline")}>
            What studies found
          </Link>
        }
      />
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
