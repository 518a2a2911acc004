"use client";
import { SCORER_NAMES } from "@/lib/autointerp/overview/format";
import type { ScoreResult } from "@/lib/autointerp/types";
import { RunInPanel } from "../lab/run-in-panel";

/** Number and SAE of `model/sae/index`. */
export function addressOf(feature: string): { saeId: string; features: [number] } {
  const at = feature.lastIndexOf("/");
  return { saeId: feature.slice(0, at), features: [Number(feature.slice(at + 1))] };
}

/** Scores all explanations of a feature when it is shown, and says what came of it; "" when it was stopped. */
export function ScoreFeature({ feature, onEnd }: { feature: string; onEnd: (said: string) => void }) {
  return (
    <RunInPanel<ScoreResult>
      running={null}
      kind="score"
      params={{ ...addressOf(feature), which: "all" }}
      of="the scoring"
      failed="The explanations could not be scored."
      onEnd={(result) => onEnd(result === null ? "" : scoredWords(result))}
      onClose={() => onEnd("")}
    />
  );
}

/** "Scored: detect 3, simulate 1. Not scored: localise (the image has no mask)." */
function scoredWords(result: ScoreResult): string {
  const name = (scorer: string) => SCORER_NAMES[scorer] ?? scorer;
  const order = Object.keys(SCORER_NAMES);
  const all = Object.entries(result).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  const done = all.filter(([, r]) => r.scored > 0);
  const left = all.filter(([, r]) => r.scored === 0);
  const reasons = left.map(([scorer, r]) => {
    const reason = r.leftOut[0]?.reason.replace(/\.$/, "");
    return reason ? `${name(scorer)} (${reason.charAt(0).toLowerCase()}${reason.slice(1)})` : name(scorer);
  });
  const scored = done.length > 0 ? `Scored: ${done.map(([s, r]) => `${name(s)} ${r.scored}`).join(", ")}.` : "";
  return [scored, reasons.length > 0 ? `Not scored: ${reasons.join(", ")}.` : ""].filter(Boolean).join(" ");
}
