"use client";
import { lazy, Suspense, useState } from "react";
import type { Run } from "@/lib/runs/schema";
import { Button } from "../ui/button";

// What follows a run is needed only once one is started.
const MeasureRun = lazy(() => import("./measure-run").then((m) => ({ default: m.MeasureRun })));

/** Measures an SAE on a click: says what it will cost, then how far it is. `running` is a run that is on its way already. */
export function MeasureStart({ saeRef, running, again }: { saeRef: string; running: Run | null; again: boolean }) {
  const [started, setStarted] = useState(false);
  if (started || running) {
    return (
      <Suspense fallback={<p className="text-sm text-ink-soft">Starting.</p>}>
        <MeasureRun saeRef={saeRef} running={running} onCancel={() => setStarted(false)} />
      </Suspense>
    );
  }
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <p className="min-w-0 flex-1 basis-56 text-xs text-ink-soft">
        {again
          ? "Figures stay until new ones are there."
          : "What passes through the SAE of what the model says, and how many things its features tell apart, is not measured yet."}{" "}
        200 samples, and up to 4,000 scenes, go through the model: some minutes on two cores.
      </p>
      <Button look={again ? "outline" : "solid"} onClick={() => setStarted(true)}>
        {again ? "Measure again" : "Measure"}
      </Button>
    </div>
  );
}
