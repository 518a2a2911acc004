import { counted, formatScore } from "@/lib/features/format";
import type { ScoreSummary } from "@/lib/features/schema";
import { MiniBar } from "../viz/mini-bar";
import { ReceiptsButton } from "./receipts-button";

interface ScoreWords {
  name: string;
  does: string;
  /** What guessing gets; null where that depends on the data, and only the control tells. */
  chance: number | null;
  /** What its items are. */
  item: string;
}

const SCORE_WORDS: Record<string, ScoreWords> = {
  detection: {
    name: "detect",
    does: "tells samples that fire from samples that do not, by the explanation alone (balanced accuracy)",
    chance: 0.5,
    item: "sample",
  },
  fuzzing: {
    name: "fuzz",
    does: "tells the region that fires from another place in the same image, by the explanation alone (balanced accuracy)",
    chance: 0.5,
    item: "region",
  },
  localisation: {
    name: "localise",
    does: "overlap of the region with the true mask of what the explanation names (IoU)",
    chance: null,
    item: "image",
  },
  simulation: {
    name: "simulate",
    does: "foretells from the explanation how strongly each token of a text fires (Pearson’s r)",
    chance: 0,
    item: "text",
  },
  intruder: {
    name: "intruder",
    does: "tells the one region that is silent from four that fire, without any explanation",
    chance: 0.2,
    item: "trial",
  },
  human: {
    name: "human",
    does: "share of blind tests that people get right: two images that were held out, one fires",
    chance: 0.5,
    item: "answer",
  },
};

/** One score with its interval, what chance gets and its control; opens the very items behind it. */
export function ScoreRow({ name, score }: { name: string; score: ScoreSummary & { id: string } }) {
  const words = SCORE_WORDS[name] ?? { name, does: name, chance: null, item: "item" };
  const { value, lo, hi, control, n, nMissing } = score;
  return (
    <ReceiptsButton
      id={score.id}
      title={`${words.name}: ${words.does}`}
      label={`${words.name} ${formatScore(value)}: open the items behind it`}
    >
      <span className="nums flex items-baseline justify-between text-xs">
        <span className="font-medium" title={words.does}>
          {words.name} <span className="font-semibold text-sm">{formatScore(value)}</span>
          {lo !== null && hi !== null && (
            <span className="ml-1 text-ink-faint">
              {formatScore(lo)}–{formatScore(hi)}
            </span>
          )}
        </span>
        <span className="text-ink-faint underline decoration-dotted underline-offset-2">
          {counted(n, words.item)}
          {nMissing > 0 && `, ${nMissing} unread`}
        </span>
      </span>
      <span className="mt-1 block">
        <MiniBar value={value} control={control} chance={words.chance} lo={lo} hi={hi} />
      </span>
      <span className="nums mt-1 flex flex-wrap gap-x-3 text-2xs text-ink-faint">
        {control !== null && (
          <span>
            <span className="mr-1 inline-block h-2 w-0.5 bg-warn align-middle" aria-hidden="true" />
            another feature’s explanation {formatScore(control)}
          </span>
        )}
        {words.chance !== null && (
          <span>
            <span
              className="mr-1 inline-block h-2.5 border-ink-faint border-l border-dashed align-middle"
              aria-hidden="true"
            />
            chance {formatScore(words.chance)}
          </span>
        )}
      </span>
    </ReceiptsButton>
  );
}
