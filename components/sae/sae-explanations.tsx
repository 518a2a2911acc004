import { SCORE_ORDER, scoreWords } from "@/lib/autointerp/format";
import { EXPLAINER_WORDS } from "@/lib/autointerp/overview/format";
import type { ExplainerRow, ExplainOverview } from "@/lib/autointerp/overview/schema";
import { formatCount, formatScore } from "@/lib/features/format";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { ScrollBox } from "../ui/scroll-box";
import { ExplainStart } from "./explain-start";
import { ScoreDistribution } from "./score-distribution";
import { ScoreStart } from "./score-start";

/** Explainers beside each other, what they disagree about, and the way to explain more: folded, like the quality. */
export function SaeExplanations({ overview }: { overview: ExplainOverview }) {
  const { ref, live, explained, disagreeing, explainers } = overview;
  return (
    <details className="group mb-6" open={overview.run !== null || overview.scoring !== null}>
      <summary className="eyebrow mb-2 inline-flex items-center gap-1.5 rounded">
        <span className="transition-transform group-open:rotate-90" aria-hidden="true">
          ▸
        </span>
        Explanations
      </summary>
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-2">
        <Panel
          title="Explainers"
          className="lg:col-span-2"
          aside={
            disagreeing > 0 && (
              <Link
                href={`/${ref}?sort=-disagreement&disagreement=.01..`}
                className="rounded underline underline-offset-2 hover:text-ink"
              >
                {formatCount(disagreeing)} {disagreeing === 1 ? "feature" : "features"} they disagree about
              </Link>
            )
          }
        >
          {explainers.length === 0 ? (
            <p className="text-sm text-ink-soft">Nothing has been explained yet: start with the pipeline.</p>
          ) : (
            <ExplainerTable rows={explainers} live={live} />
          )}
        </Panel>
        <Panel title="Explain">
          <p className="nums mb-3 text-sm">
            <span className="font-semibold">{formatCount(explained)}</span> of {formatCount(live)} live features have a
            label.
          </p>
          <ExplainStart overview={overview} />
        </Panel>
        <Panel title="Score">
          <ScoreStart overview={overview} />
        </Panel>
      </div>
    </details>
  );
}

/** Statuses with their share of the bar, best first. */
const BAR = [
  ["explained", "bg-good"],
  ["declined", "bg-line-strong"],
  ["unparsed", "bg-warn"],
  ["failed", "bg-bad"],
  ["skipped", "bg-line"],
] as const;

function ExplainerTable({ rows, live }: { rows: readonly ExplainerRow[]; live: number }) {
  const scored = new Set(rows.flatMap((row) => Object.keys(row.scores)));
  const scorers = SCORE_ORDER.filter((name) => scored.has(name));
  return (
    <ScrollBox label="Explainers">
      <table className="nums w-full text-sm">
        <thead>
          <tr className="border-line border-b text-left text-2xs text-ink-faint">
            <th className="py-1.5 pr-4 font-medium">explainer</th>
            <th className="min-w-32 py-1.5 pr-4 font-medium">of {formatCount(live)} live features</th>
            {scorers.map((name) => (
              <th key={name} className="py-1.5 pr-4 text-right font-medium" title={scoreWords(name).does}>
                {scoreWords(name).name}
              </th>
            ))}
            <th className="py-1.5 pr-4 text-right font-medium">calls</th>
            <th className="py-1.5 text-right font-medium">tokens</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={`${row.explainer}/${row.model}/${row.promptVersion}`} row={row} live={live} scorers={scorers} />
          ))}
        </tbody>
      </table>
      <p className="mt-2 text-2xs text-ink-faint">
        Scores are means over what was scored, in grey under the explanations of other features; bars show how they
        spread from 0 to 1, the line how those controls do. Calls and tokens are per feature. An explainer that was
        asked about the least sure features only has lower scores for it.
      </p>
    </ScrollBox>
  );
}

function Row({ row, live, scorers }: { row: ExplainerRow; live: number; scorers: readonly string[] }) {
  const words = EXPLAINER_WORDS[row.explainer];
  const { calls, promptTokens, completionTokens } = row.perFeature;
  const counts = BAR.flatMap(([status]) =>
    row.statuses[status] ? [`${formatCount(row.statuses[status])} ${status}`] : [],
  );
  return (
    <tr className="border-line border-b align-top last:border-0">
      <td className="py-2 pr-4" title={words?.does}>
        <span className="font-medium">{words?.name ?? row.explainer}</span>
        <span className="block text-2xs text-ink-faint">
          {[row.model, row.promptVersion].filter(Boolean).join(" · ")}
        </span>
      </td>
      <td className="py-2 pr-4">
        <span className="flex h-2 overflow-hidden rounded-full bg-sunken" aria-hidden="true">
          {BAR.map(([status, color]) => (
            <span
              key={status}
              className={color}
              style={{ width: `${(100 * (row.statuses[status] ?? 0)) / Math.max(1, live)}%` }}
            />
          ))}
        </span>
        <span className="mt-1 block text-2xs text-ink-faint">{counts.join(", ")}</span>
      </td>
      {scorers.map((name) => {
        const score = row.scores[name];
        return (
          <td key={name} className="py-2 pr-4 text-right" title={score ? `${formatCount(score.n)} scored` : undefined}>
            {score && <ScoreDistribution values={score.values} controls={score.controls} />}
            <span className="block">{score ? formatScore(score.mean) : "–"}</span>
            <span className="block text-2xs text-ink-faint">
              {score?.control != null && formatScore(score.control)}
            </span>
          </td>
        );
      })}
      <td className="py-2 pr-4 text-right">{calls.toFixed(calls < 10 ? 1 : 0)}</td>
      <td className="py-2 text-right">{formatCount(Math.round(promptTokens + completionTokens))}</td>
    </tr>
  );
}
