import { statusWords } from "@/lib/features/format";
import type { Explanation, Feature } from "@/lib/features/schema";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";
import { costWords, explainerName, Facts, Said, sourceWords } from "./explanation-facts";
import { opinionOf } from "./opinion-of";
import { Opinions, OwnExplanation } from "./opinions";
import { ScoreRow } from "./score-row";

/** Every explanation with its scores, controls and evidence, the label first; several can be set side by side. */
export function ExplanationPanel({ feature, beside }: { feature: Feature; beside: string }) {
  const { explanations } = feature;
  const several = explanations.length > 1;
  return (
    <Panel
      title={several ? `Explanations (${explanations.length})` : "Explanation"}
      aside={
        several && (
          <Link
            href={beside}
            scroll={false}
            className="inline-flex items-center rounded underline underline-offset-2 hover:text-ink pointer-coarse:min-h-11"
            data-key="b"
            data-key-label="explanations side by side"
          >
            Side by side
          </Link>
        )
      }
    >
      {explanations.length === 0 && (
        <p className="text-sm text-ink-soft">None yet: {statusWords(feature.label.status)}.</p>
      )}
      <ul className="flex flex-col gap-4">
        {explanations.map((e) => (
          <li key={e.id}>
            <OneExplanation explanation={e} feature={feature} />
          </li>
        ))}
      </ul>
      <OwnExplanation feature={feature.ref} />
      <OwnScores scores={feature.ownScores} className="mt-4 border-line border-t pt-3" />
    </Panel>
  );
}

/** What is scored of the feature itself, whatever the words. */
export function OwnScores({ scores, className }: { scores: Feature["ownScores"]; className: string }) {
  const rows = Object.entries(scores);
  if (rows.length === 0) return null;
  return (
    <section className={className} aria-label="Without any explanation">
      <p className="mb-2 text-xs text-ink-soft">Without any explanation: is it about one thing at all?</p>
      <ul className="flex flex-col gap-2.5">
        {rows.map(([name, score]) => (
          <li key={name}>
            <ScoreRow name={name} score={score} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function OneExplanation({ explanation: e, feature }: { explanation: Explanation; feature: Feature }) {
  const scores = Object.entries(e.scores);
  const cost = costWords(e);
  return (
    <article className="flex flex-col gap-1.5">
      <div>
        <Said explanation={e} />
        <p className="nums mt-1 text-xs text-ink-faint">
          by {[explainerName(e), sourceWords(e), cost].filter(Boolean).join(" · ")}
        </p>
      </div>
      <Facts explanation={e} sae={`${feature.model}/${feature.sae}`} />
      {scores.length > 0 && (
        <ul className="mt-1 flex flex-col gap-2.5">
          {scores.map(([name, score]) => (
            <li key={name}>
              <ScoreRow name={name} score={score} />
            </li>
          ))}
        </ul>
      )}
      <Opinions feature={feature.ref} explanation={opinionOf(e)} />
    </article>
  );
}
