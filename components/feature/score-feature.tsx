"use client";
import type { ScoreParams } from "@/lib/autointerp/schema";
import type { ScoreResult } from "@/lib/autointerp/types";
import { RunInPanel } from "../lab/run-in-panel";
import { scoredWords } from "./scored-words";

/** Number and SAE of `model/sae/index`. */
export function addressOf(feature: string): { saeId: string; features: [number] } {
  const at = feature.lastIndexOf("/");
  return { saeId: feature.slice(0, at), features: [Number(feature.slice(at + 1))] };
}

interface Props {
  feature: string;
  judge?: ScoreParams["judge"];
  /** With what came of it; "" when it was stopped. */
  onEnd: (said: string) => void;
}

/** Scores all explanations of a feature when it is shown. */
export function ScoreFeature({ feature, judge = "model", onEnd }: Props) {
  return (
    <RunInPanel<ScoreResult>
      running={null}
      kind="score"
      params={{ ...addressOf(feature), which: "all", judge }}
      of="the scoring"
      failed="The explanations could not be scored."
      onEnd={(result) => onEnd(result === null ? "" : scoredWords(result))}
      onClose={() => onEnd("")}
    />
  );
}
