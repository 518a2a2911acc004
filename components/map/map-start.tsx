"use client";
import { useRouter } from "next/navigation";
import { RunProgress } from "../lab/run-progress";
import { postRun, useDeskRun } from "../lab/use-desk-run";
import { Button } from "../ui/button";
import { ErrorNote } from "../ui/error-note";
import { Empty } from "../ui/note";

/** An SAE without a map: one click makes it, and the page shows it when it is there. */
export function MapStart({ saeRef }: { saeRef: string }) {
  const router = useRouter();
  const { work, problem, cancelled, start, ended } = useDeskRun<string, unknown>(
    (saeId) => postRun("/api/v1/runs", { kind: "map", params: { saeId } }),
    "The map could not be made.",
  );
  return (
    <div className="flex flex-col gap-4">
      {work?.run ? (
        <RunProgress
          key={work.run.id}
          first={work.run}
          of="the map"
          onEnd={(run) => void ended(run).then(() => run.state === "done" && router.refresh())}
        />
      ) : (
        <Empty
          title="This SAE has no map yet"
          action={
            <Button look="solid" disabled={work !== undefined} onClick={() => void start(saeRef)}>
              Make the map
            </Button>
          }
        >
          {cancelled
            ? "It was cancelled; nothing was kept of it."
            : "Its live features are laid out so that similar directions lie together: seconds for thousands of them, minutes for a hundred thousand."}
        </Empty>
      )}
      {problem && <ErrorNote {...problem} onRetry={() => void start(saeRef)} />}
    </div>
  );
}
