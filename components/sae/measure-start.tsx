"use client";
import { useState } from "react";
import type { MeasureResult } from "@/lib/measure/types";
import type { Run } from "@/lib/runs/schema";
import { LazyRunInPanel } from "../lab/lazy-run-in-panel";
import { Button } from "../ui/button";

interface Props {
  saeRef: string;
  /** A run that is on its way already. */
  running: Run | null;
  /** There are figures, which stay until new ones are there. */
  again: boolean;
}

/** Measures an SAE on a click: says what it will cost, then how far it is. */
export function MeasureStart({ saeRef, running, again }: Props) {
  const [started, setStarted] = useState(false);
  const [concepts, setConcepts] = useState(false);
  const [result, setResult] = useState<MeasureResult | null>(null);
  // A run that was on its way when the page came stays shown after it has ended, until the page knows.
  if (started || (running && !result)) {
    return (
      <LazyRunInPanel<MeasureResult>
        running={running}
        kind="measure"
        params={{ saeId: saeRef, ...(concepts ? {} : { scenes: 0 }) }}
        of="the measuring"
        failed="The SAE could not be measured."
        onEnd={(found) => {
          setResult(found);
          setStarted(false);
        }}
      />
    );
  }
  return (
    <div className="flex flex-col gap-2 text-xs text-ink-soft">
      {result && (
        <div role="status">
          <p>Measured: {result.measured.join(", ") || "nothing"}.</p>
          {result.leftOut.map(({ part, reason }) => (
            <p key={part}>
              Left out {part}: {reason}
            </p>
          ))}
        </div>
      )}
      {!again && !result && <p>How much of what the model says passes through this SAE is not measured yet.</p>}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <Button look={again ? "outline" : "solid"} onClick={() => setStarted(true)}>
          {again ? "Measure again" : "Measure"}
        </Button>
        <span>
          {concepts
            ? "200 samples and 16,000 scenes: about ten minutes"
            : "200 samples through the model: about a minute"}
        </span>
      </div>
      <label className="inline-flex min-h-8 cursor-pointer items-center gap-2 pointer-coarse:min-h-11">
        <input
          type="checkbox"
          checked={concepts}
          onChange={(event) => setConcepts(event.target.checked)}
          className="accent-accent"
        />
        known concepts that its features find, too
      </label>
    </div>
  );
}
