import { quoted, statusWords } from "@/lib/features/format";
import type { Explanation, Feature } from "@/lib/features/schema";
import { Badge, type Tone } from "../ui/badge";
import { Panel } from "../ui/panel";
import { Opinions, OwnExplanation } from "./opinions";
import { ScoreRow } from "./score-row";

const TONES: Record<string, Tone> = {
  explained: "good",
  declined: "warn",
  unparsed: "warn",
  failed: "bad",
  skipped: "plain",
};

/** Every explanation with its scores, controls and evidence; failure is shown as failure, never as a label. */
export function ExplanationPanel({ feature }: { feature: Feature }) {
  const { explanations } = feature;
  return (
    <Panel title={explanations.length > 1 ? `Explanations (${explanations.length})` : "Explanation"}>
      {explanations.length === 0 && (
        <p className="text-sm text-ink-soft">None yet: {statusWords(feature.label.status)}.</p>
      )}
      <ul className="flex flex-col gap-4">
        {explanations.map((e) => (
          <li key={e.id}>
            <OneExplanation explanation={e} feature={feature.ref} />
          </li>
        ))}
      </ul>
      <OwnExplanation feature={feature.ref} />
      <OwnScores scores={feature.ownScores} />
    </Panel>
  );
}

/** What is scored of the feature itself, whatever the words. */
function OwnScores({ scores }: { scores: Feature["ownScores"] }) {
  const rows = Object.entries(scores);
  if (rows.length === 0) return null;
  return (
    <section className="mt-4 border-line border-t pt-3" aria-label="Without any explanation">
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

function OneExplanation({ explanation: e, feature }: { explanation: Explanation; feature: string }) {
  const scores = Object.entries(e.scores);
  const support = readSupport(e.evidence);
  return (
    <article>
      <p className={e.text ? "font-medium" : "text-sm text-ink-soft"}>
        {e.text ? quoted(e.text) : (e.reason ?? statusWords(e.status))}
      </p>
      <p className="mt-1 flex flex-wrap items-center gap-1.5 text-xs text-ink-faint">
        {e.status !== "explained" && <Badge tone={TONES[e.status]}>{e.status}</Badge>}
        <span>
          {e.explainer === "human"
            ? `by a person, ${e.createdAt.slice(0, 10)}`
            : `by ${e.explainer === "self" ? "the model itself" : (e.explainerModel ?? e.explainer)} · prompt ${e.promptVersion}`}
        </span>
      </p>
      {support && <p className="nums mt-1.5 text-xs text-ink-soft">{support}</p>}
      {scores.length > 0 && (
        <ul className="mt-2.5 flex flex-col gap-2.5">
          {scores.map(([name, score]) => (
            <li key={name}>
              <ScoreRow name={name} score={score} />
            </li>
          ))}
        </ul>
      )}
      {e.text && (
        <Opinions
          feature={feature}
          explanation={{ id: e.id, votes: e.votes, pinned: e.pinned, isLabel: e.isLabel, explainer: e.explainer }}
        />
      )}
    </article>
  );
}

/** The evidence of the built-in explainer in one sentence; nothing for evidence of another shape. */
export function readSupport(evidence: unknown): string | undefined {
  const { support, runnersUp } = (evidence ?? {}) as {
    support?: { term: string; hits: number; n: number; contrastHits: number; contrastN: number };
    runnersUp?: { term: string }[];
  };
  if (!support || typeof support.hits !== "number") return undefined;
  const also = (runnersUp ?? []).slice(0, 3).map((r) => r.term);
  const words = `“${support.term}” answers ${support.hits} of ${support.n} exemplars and ${support.contrastHits} of ${support.contrastN} contrasts.`;
  return also.length > 0 ? `${words} Next: ${also.join(", ")}.` : words;
}
