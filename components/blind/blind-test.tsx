"use client";
import { CHANCE, ROLE_WORDS } from "@/lib/autointerp/blind/format";
import type { BlindOutcome, BlindTest as Test } from "@/lib/autointerp/blind/types";
import { counted, formatScore, formatValue, quoted } from "@/lib/features/format";
import { Button } from "../ui/button";
import { cx } from "../ui/class-names";
import { ErrorNote } from "../ui/error-note";
import { Link } from "../ui/link";
import { Empty } from "../ui/note";
import { imageUrl } from "../viz/image-url";
import { StillPicture } from "../viz/still-picture";
import { useBlindTests } from "./use-blind-tests";

interface Props {
  /** An SAE, whose features come one after the other, or one feature. */
  scope: string;
  /** Band of evidence that is on the page behind: its images are not asked about. */
  shown?: string;
}

/** Two held-out images and an explanation: which one fires? Answers become the human score of the explanation. */
export function BlindTest({ scope, shown = "top" }: Props) {
  const { test, outcome, busy, problem, tally, next, answer } = useBlindTests(scope, shown);
  if (problem?.code === "NO_PAIR_LEFT" || problem?.code === "NOT_FOUND") {
    return (
      <Empty title={problem.code === "NO_PAIR_LEFT" ? "All judged" : "Nothing to judge"}>
        <p>{problem.message}</p>
        {tally.n > 0 && <p className="nums mt-1">{tallyWords(tally)}</p>}
      </Empty>
    );
  }
  return (
    <section aria-label="Blind test" aria-busy={busy} className="flex flex-col gap-4">
      {problem && (
        <ErrorNote
          detail={problem.message}
          code={problem.code}
          requestId={problem.requestId}
          onRetry={() => void next()}
        />
      )}
      {test && (
        <div className="busy-body flex flex-col gap-4">
          <div>
            <p className="text-ink-soft text-sm">Which image fires, if the feature stands for</p>
            <p className="font-semibold text-2xl">{quoted(test.explanation)}?</p>
          </div>
          <div className="grid grid-cols-2 gap-3">
            {([0, 1] as const).map((side) => (
              <Choice key={`${test.id}-${side}`} test={test} side={side} outcome={outcome} onChoose={answer} />
            ))}
          </div>
        </div>
      )}
      <div className="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p role="status" className="text-sm">
          {outcome ? <Outcome outcome={outcome} /> : <span className="text-ink-faint">Guessing gets half right.</span>}
        </p>
        {outcome && (
          <Button look="solid" onClick={() => void next()} data-key="Enter" data-key-label="next pair">
            Next pair
          </Button>
        )}
      </div>
      {tally.n > 0 && <p className="nums text-ink-faint text-xs">{tallyWords(tally)}</p>}
    </section>
  );
}

const SIDES = [
  { name: "left", keys: "y ArrowLeft", key: "y" },
  { name: "right", keys: "n ArrowRight", key: "n" },
] as const;

interface ChoiceProps {
  test: Test;
  side: 0 | 1;
  outcome: BlindOutcome | undefined;
  onChoose: (side: 0 | 1) => void;
}

/** One of the two images as a button; once judged, the one that fires shows where. */
function Choice({ test, side, outcome, onChoose }: ChoiceProps) {
  const image = test.images[side];
  const { name, keys, key } = SIDES[side];
  const fires = outcome?.fires === side;
  const alt = outcome ? `The ${name} image: ${fires ? "fires" : "silent"}` : `The ${name} image`;
  return (
    <button
      type="button"
      onClick={() => onChoose(side)}
      disabled={outcome !== undefined}
      data-key={keys}
      data-key-label={`the ${name} one fires`}
      className={cx(
        "flex flex-col gap-2 rounded-xl border-2 bg-panel p-1.5 text-left transition-colors",
        fires ? "border-accent" : "border-line enabled:hover:border-line-strong",
      )}
    >
      <span className="block w-full rounded-lg bg-mat p-1">
        {fires ? (
          <StillPicture
            src={imageUrl(image.sha, 512)}
            alt={alt}
            width={image.width}
            height={image.height}
            grid={{ codes: outcome.evidence.grid, scale: outcome.evidence.scale, ...outcome.geometry }}
            aRef={outcome.aRef}
          />
        ) : (
          <img
            src={imageUrl(image.sha, 512)}
            alt={alt}
            width={image.width}
            height={image.height}
            className="block w-full rounded-md"
          />
        )}
      </span>
      <span className="nums flex w-full items-center justify-between px-1 pb-0.5 text-sm">
        {outcome ? (
          <span className={fires ? "font-semibold" : "text-ink-soft"}>
            {fires ? `fires, ${formatValue(outcome.evidence.peak)}` : "silent"}
          </span>
        ) : (
          <>
            <span className="font-medium">This one</span>
            <kbd className="pointer-coarse:hidden rounded border border-line bg-sunken px-1.5 font-mono text-2xs text-ink-faint">
              {key}
            </kbd>
          </>
        )}
      </span>
    </button>
  );
}

function Outcome({ outcome }: { outcome: BlindOutcome }) {
  const { right, role, counted: counts, score, ref } = outcome;
  return (
    <>
      <strong className={right ? "text-good" : "text-bad"}>{right ? "✓ Right." : "✗ Not that one."}</strong> The silent
      one is {ROLE_WORDS[role]}.{!counts && " You had judged this pair before, so it was not counted again."}
      <span className="nums mt-0.5 block text-ink-soft text-xs">
        People: {formatScore(score.value)}, 95 % interval {formatScore(score.lo)} to {formatScore(score.hi)},{" "}
        {counted(score.n, "answer")}; guessing {formatScore(CHANCE)}.{" "}
        <Link href={`/${ref}`} className="underline underline-offset-2">
          The feature
        </Link>
      </span>
    </>
  );
}

function tallyWords({ right, n }: { right: number; n: number }): string {
  return `${right} of ${n} right on this visit.`;
}
