import { scoreWords } from "@/lib/autointerp/format";
import { counted, formatScore } from "@/lib/features/format";
import type { Explanation } from "@/lib/features/schema";
import { MiniBar } from "../viz/mini-bar";
import { ReceiptsButton } from "./receipts-button";

const COLUMNS = "grid grid-cols-[4rem_minmax(0,1fr)_2.25rem_2.5rem] items-center gap-1.5 text-xs";

/** One score on one line, to stand beside the same score of another explanation; it opens the items behind it. */
export function ScoreLine({ name, score }: { name: string; score: Explanation["scores"][string] | undefined }) {
  const words = scoreWords(name);
  if (!score) {
    return (
      <p className={`${COLUMNS} min-h-7 text-ink-faint pointer-coarse:min-h-11`}>
        <span>{words.name}</span>
        <span className="col-span-3">not scored</span>
      </p>
    );
  }
  const { id, value, lo, hi, control, n, nMissing } = score;
  const items = `${counted(n, words.item)}${nMissing > 0 ? `, ${nMissing} unread` : ""}`;
  const other = control === null ? "" : `, ${formatScore(control)} by another feature’s explanation`;
  return (
    <ReceiptsButton
      id={id}
      title={`${words.name}: ${words.does}`}
      label={`${words.name} ${formatScore(value)}${other}, ${items}: open the items behind it`}
    >
      <span className={`${COLUMNS} nums min-h-5 pointer-coarse:min-h-9`} title={`${words.does}; ${items}`}>
        <span className="underline decoration-dotted underline-offset-2">{words.name}</span>
        <MiniBar value={value} control={control} chance={words.chance} lo={lo} hi={hi} />
        <span className="text-right font-semibold text-sm">{formatScore(value)}</span>
        <span className="text-right text-ink-faint">{control === null ? "" : formatScore(control)}</span>
      </span>
    </ReceiptsButton>
  );
}

/** The heads of such lines. */
export function ScoreHeads() {
  return (
    <p className={`${COLUMNS} text-2xs text-ink-faint`} aria-hidden="true">
      <span className="col-span-2">score</span>
      <span className="text-right">value</span>
      <span className="text-right">control</span>
    </p>
  );
}
