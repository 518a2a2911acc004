import { SCORE_ORDER } from "@/lib/autointerp/format";
import type { Explanation, Feature } from "@/lib/features/schema";
import { Badge } from "../ui/badge";
import { cx } from "../ui/class-names";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { costWords, explainerName, Facts, Said, sourceWords } from "./explanation-facts";
import { OwnScores } from "./explanation-panel";
import { opinionOf } from "./opinion-of";
import { Opinions, OwnExplanation } from "./opinions";
import { ScoreHeads, ScoreLine } from "./score-line";

/** What the explainers of a feature say, beside each other: words with words, scores with scores. On a phone one below the other. */
export function ExplanationsBeside({ feature, apart }: { feature: Feature; apart: string }) {
  const { explanations } = feature;
  const scored = new Set(explanations.flatMap((e) => Object.keys(e.scores)));
  const scorers = SCORE_ORDER.filter((name) => scored.has(name));
  return (
    <Panel
      id="explanations"
      className="mb-4"
      title={`Explanations side by side (${explanations.length})`}
      aside={
        <Link
          href={apart}
          scroll={false}
          className="inline-flex items-center rounded underline underline-offset-2 hover:text-ink pointer-coarse:min-h-11"
          data-key="b"
          data-key-label="explanations beside the evidence"
        >
          Close
        </Link>
      }
    >
      {/* Parts of a column stand on the rows of the whole, so that equal things are at equal height. */}
      <ul className="grid grid-cols-1 gap-x-4 gap-y-5 sm:grid-cols-[repeat(auto-fit,minmax(min(100%,17rem),1fr))]">
        {explanations.map((e) => (
          <li
            key={e.id}
            className={cx(
              "row-span-5 grid min-w-0 grid-cols-[minmax(0,1fr)] grid-rows-subgrid gap-y-2.5 rounded-lg border p-3",
              e.isLabel ? "border-accent" : "border-line",
            )}
          >
            <Column explanation={e} feature={feature} scorers={scorers} />
          </li>
        ))}
      </ul>
      {scorers.length > 0 && (
        <p className="mt-2 text-2xs text-ink-faint">
          The control, an orange mark on the bar, is the same score under the explanation of another feature; the dashed
          line is chance.
        </p>
      )}
      <OwnExplanation feature={feature.ref} />
      <OwnScores scores={feature.ownScores} className="mt-4 max-w-md border-line border-t pt-3" />
    </Panel>
  );
}

interface ColumnProps {
  explanation: Explanation;
  feature: Feature;
  scorers: readonly string[];
}

function Column({ explanation: e, feature, scorers }: ColumnProps) {
  const cost = costWords(e);
  return (
    <>
      <div>
        <h3 className="flex flex-wrap items-center justify-between gap-2 text-sm">
          <span className="font-semibold first-letter:uppercase">{explainerName(e)}</span>
          {e.isLabel && <Badge tone="accent">{e.pinned ? "label, pinned" : "label"}</Badge>}
        </h3>
        <p className="nums break-words text-2xs text-ink-faint">
          {sourceWords(e)}
          {cost && <span className="block">{cost}</span>}
        </p>
      </div>
      <Said explanation={e} className="font-medium text-lg leading-snug" />
      <div>
        <Facts explanation={e} sae={`${feature.model}/${feature.sae}`} />
      </div>
      <div>
        {e.text && scorers.length > 0 && (
          <>
            <ScoreHeads />
            <ul>
              {scorers.map((name) => (
                <li key={name}>
                  <ScoreLine name={name} score={e.scores[name]} />
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
      <Opinions feature={feature.ref} explanation={opinionOf(e)} />
    </>
  );
}
