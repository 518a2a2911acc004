"use client";
import { formatShare } from "@/lib/features/format";
import { FIX_RANGES } from "@/lib/steering/fix/format";
import type { FixSetup } from "@/lib/steering/fix/types";
import { NumberField } from "../lab/number-field";
import type { SetFix } from "./set-fix";

/** What the features may cost: how far answers may move where nothing should change, and how many may be turned. */
export function Limits({ setup: { kl, changed, edits }, set }: { setup: FixSetup; set: SetFix }) {
  return (
    <details className="text-sm">
      <summary className="w-fit cursor-pointer rounded">
        <span className="font-semibold">Limits</span>{" "}
        <span className="nums text-ink-faint text-xs underline underline-offset-2">
          KL {kl}, {formatShare(changed)} changed, {edits === 1 ? "1 feature" : `${edits} features`}
        </span>
      </summary>
      <p className="mt-2 text-ink-faint text-xs">
        A few other prompts of the corpus are answered with and without the features: there nothing should change.
      </p>
      <div className="mt-2 grid grid-cols-3 gap-2">
        <NumberField
          label="KL, nats"
          shown
          step={0.01}
          {...FIX_RANGES.kl}
          value={kl}
          onChange={(x) => set({ kl: x }, "replace")}
        />
        <NumberField
          label="share changed"
          shown
          step={0.01}
          {...FIX_RANGES.changed}
          value={changed}
          onChange={(x) => set({ changed: x }, "replace")}
        />
        <NumberField
          label="features"
          shown
          step={1}
          {...FIX_RANGES.edits}
          value={edits}
          onChange={(x) => set({ edits: x }, "replace")}
        />
      </div>
      <ul className="mt-2 list-disc pl-4 text-ink-faint text-xs">
        <li>KL: how far the probabilities of their words may move on average; 0.05 is hardly seen.</li>
        <li>share changed: of those few answers, how many may read differently; at 0.02 none may.</li>
        <li>features: the most that may be turned at once.</li>
      </ul>
    </details>
  );
}
