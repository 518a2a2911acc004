import { formatShare, formatValue } from "@/lib/features/format";
import { formatKl, trialWords } from "@/lib/steering/fix/result/format";
import type { SearchParams, SearchResult, Trial } from "@/lib/steering/schema";
import { Panel } from "../ui/panel";
import { MiniBar } from "../viz/mini-bar";

interface Props {
  result: SearchResult;
  limits: SearchParams["limits"];
}

/** What the features do where they were chosen, where they were not, and where nothing should change. */
export function Proof({ result: { fit, heldOut, offTarget }, limits }: Props) {
  return (
    <Panel title="What it does">
      <dl className="flex flex-col gap-4">
        <TrialRow name={fit.n === 1 ? "The question" : "Prompts it was chosen on"} trial={fit} />
        {heldOut ? (
          <TrialRow name="Held-out prompts" trial={heldOut} />
        ) : (
          <div>
            <dt className="font-medium text-sm">Held-out prompts</dt>
            <dd className="text-ink-faint text-xs">
              None were tried: what works {fit.n === 1 ? "once" : "here"} may be luck. Try it on other images, or on
              many questions.
            </dd>
          </div>
        )}
        <div>
          <dt className="font-medium text-sm">
            Elsewhere{" "}
            <span className="font-normal text-ink-faint text-xs">
              {offTarget.n} prompts where nothing should change
            </span>
          </dt>
          <dd className="mt-1.5 grid grid-cols-2 gap-4">
            <CostFigure name="KL" value={`${formatKl(offTarget.kl)} nats`} share={ratio(offTarget.kl, limits.kl)}>
              at most {limits.kl}
            </CostFigure>
            <CostFigure
              name="answers changed"
              value={formatShare(offTarget.changed)}
              share={ratio(offTarget.changed, limits.changed)}
            >
              at most {formatShare(limits.changed)}
            </CostFigure>
          </dd>
        </div>
      </dl>
    </Panel>
  );
}

const ratio = (x: number, of: number): number => (of > 0 ? x / of : x > 0 ? 1 : 0);

function TrialRow({ name, trial }: { name: string; trial: Trial }) {
  const { n, before, rate, lo, hi, p } = trial;
  const { corrected, broken } = trialWords(trial);
  return (
    <div>
      <dt className="font-medium text-sm">
        {name} <span className="nums font-normal text-ink-faint text-xs">{n}</span>
      </dt>
      <dd className="nums mt-1">
        {rate === null ? (
          <p className="text-ink-soft text-sm">none was wrong before</p>
        ) : (
          <>
            <p className="flex flex-wrap items-baseline gap-x-2">
              <strong className="font-semibold text-lg">{formatShare(rate)}</strong>
              <span className="text-sm">
                corrected <span className="text-ink-faint">({corrected})</span>
              </span>
              {n > 1 && lo !== null && hi !== null && (
                <span className="text-ink-faint text-xs">
                  95 % interval {formatShare(lo)} to {formatShare(hi)}
                </span>
              )}
            </p>
            <div className="mt-1">
              <MiniBar value={rate} lo={n > 1 ? lo : null} hi={n > 1 ? hi : null} />
            </div>
          </>
        )}
        {before > 0 && (
          <p className="mt-1 text-sm">
            {broken} <span className="text-ink-soft">that were right are broken</span>
            {p !== null && n > 1 && (
              <span className="text-ink-faint text-xs" title="exact two-sided sign test of corrected against broken">
                {" "}
                · sign test p {p < 0.001 ? "< 0.001" : `= ${formatValue(p)}`}
              </span>
            )}
          </p>
        )}
      </dd>
    </div>
  );
}

interface CostProps {
  name: string;
  value: string;
  /** Of the limit. */
  share: number;
  children: React.ReactNode;
}

function CostFigure({ name, value, share, children }: CostProps) {
  return (
    <div className="nums min-w-0">
      <p className="text-ink-soft text-xs">{name}</p>
      <p className="font-medium">{value}</p>
      <MiniBar value={share} />
      <p className="mt-1 text-2xs text-ink-faint">{children}</p>
    </div>
  );
}
