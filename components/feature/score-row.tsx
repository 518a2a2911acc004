import { counted, formatScore } from "@/lib/features/format";
import type { ScoreSummary } from "@/lib/features/schema";
import { MiniBar } from "../viz/mini-bar";
import { ReceiptsButton } from "./receipts-button";

const SCORE_WORDS: Record<string, { name: string; does: string }> = {
  detection: {
    name: "detect",
    does: "balanced accuracy of telling samples that fire from samples that do not, by the explanation alone",
  },
  localisation: {
    name: "localise",
    does: "overlap (IoU) of the region with the true mask of what the explanation names",
  },
  human: {
    name: "human",
    does: "share of blind tests that people get right: two images that were held out, one fires; guessing gets half of them right",
  },
};

/** One score with interval and control; opens the very items behind it. */
export function ScoreRow({ name, score }: { name: string; score: ScoreSummary & { id: string } }) {
  const words = SCORE_WORDS[name] ?? { name, does: name };
  const guessing = name === "human" ? 0.5 : null;
  return (
    <ReceiptsButton
      id={score.id}
      title={`${words.name}: ${words.does}`}
      label={`${words.name} ${formatScore(score.value)}: open the items behind it`}
    >
      <span className="nums flex items-baseline justify-between text-xs">
        <span className="font-medium" title={words.does}>
          {words.name} <span className="font-semibold text-sm">{formatScore(score.value)}</span>
          {score.lo !== null && score.hi !== null && (
            <span className="ml-1 text-ink-faint">
              {formatScore(score.lo)}–{formatScore(score.hi)}
            </span>
          )}
        </span>
        <span className="text-ink-faint underline decoration-dotted underline-offset-2">{score.n} receipts</span>
      </span>
      <span className="mt-1 block">
        <MiniBar value={score.value} control={score.control ?? guessing} lo={score.lo} hi={score.hi} />
      </span>
      {guessing !== null && (
        <span className="nums mt-1 block text-2xs text-ink-faint">
          <span className="mr-1 inline-block h-2 w-0.5 bg-warn align-middle" aria-hidden="true" />
          guessing {formatScore(guessing)} · {counted(score.n, "answer")}
        </span>
      )}
      {score.control !== null && (
        <span className="nums mt-1 block text-2xs text-ink-faint">
          <span className="mr-1 inline-block h-2 w-0.5 bg-warn align-middle" aria-hidden="true" />
          under another feature’s explanation {formatScore(score.control)}
        </span>
      )}
    </ReceiptsButton>
  );
}
