import { scoreWords } from "@/lib/autointerp/format";
import { counted, formatScore } from "@/lib/features/format";
import type { ScoreSummary } from "@/lib/features/schema";
import { MiniBar } from "../viz/mini-bar";
import { ReceiptsButton } from "./receipts-button";

/** One score with its interval, what chance gets and its control; opens the very items behind it. */
export function ScoreRow({ name, score }: { name: string; score: ScoreSummary & { id: string } }) {
  const words = scoreWords(name);
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
