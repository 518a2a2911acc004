import { EXPLAINER_WORDS } from "@/lib/autointerp/overview/format";
import { counted, formatCount, formatDuration, formatShare, statusWords } from "@/lib/features/format";
import type { Explanation } from "@/lib/features/schema";
import { LabelText } from "../lab/label-text";
import { Badge, type Tone } from "../ui/badge";
import { Link } from "../ui/link";

const TONES: Record<string, Tone> = {
  explained: "good",
  declined: "warn",
  unparsed: "warn",
  failed: "bad",
  skipped: "plain",
};

/** Who explains, as it is called. */
export const explainerName = ({ explainer }: Pick<Explanation, "explainer">): string =>
  explainer === "human" ? "a person" : (EXPLAINER_WORDS[explainer]?.name ?? explainer);

/** With which model and by which rules; of a person's, when. */
export function sourceWords({ explainer, explainerModel, promptVersion, createdAt }: Explanation): string {
  if (explainer === "human") return createdAt.slice(0, 10);
  return [explainerModel, promptVersion].filter(Boolean).join(" · ");
}

/** What it says; failure is shown as failure with its reason, never as words. */
export function Said({ explanation: e, className = "font-medium" }: { explanation: Explanation; className?: string }) {
  if (!e.text) {
    return (
      <p className="text-sm text-ink-soft">
        <Badge tone={TONES[e.status]}>{e.status}</Badge> {reasonWords(e)}
      </p>
    );
  }
  return (
    <div>
      <p className={className}>
        <LabelText text={e.text} translations={e.translations} quote />
      </p>
      {e.sentence && <p className="mt-0.5 text-ink-soft text-sm">{e.sentence}</p>}
    </div>
  );
}

/** Why there are no words. */
function reasonWords({ status, reason }: Explanation): string {
  if (!reason) return `${statusWords(status).replace(/^declined: /, "")}.`;
  return status === "declined" ? `because ${reason.charAt(0).toLowerCase()}${reason.slice(1)}` : reason;
}

/** Its kind, how sure the explainer is, where it was taken over from, and what speaks for it. */
export function Facts({ explanation: e, sae }: { explanation: Explanation; sae: string }) {
  const support = readSupport(e.evidence);
  const facts = [
    e.kind === null ? null : `kind: ${e.kind}`,
    e.confidence === null ? null : `${formatShare(e.confidence)} sure`,
  ].filter(Boolean);
  if (facts.length === 0 && e.sameAs === null && !support) return null;
  return (
    <div className="nums flex flex-col gap-1 text-xs text-ink-soft">
      {(facts.length > 0 || e.sameAs !== null) && (
        <p>
          {facts.join(" · ")}
          {e.sameAs !== null && (
            <>
              {facts.length > 0 && " · "}taken over from{" "}
              <Link href={`/${sae}/${e.sameAs}`} className="rounded text-accent underline underline-offset-2">
                #{e.sameAs}
              </Link>
              , which fires on the same things
            </>
          )}
        </p>
      )}
      {support && <p>{support}</p>}
    </div>
  );
}

/** What it cost: questions, tokens, time. */
export function costWords({ explainer, cost, sameAs }: Explanation): string | null {
  if (explainer === "human" || !cost) return null;
  if (sameAs !== null) return "asked nothing more";
  if (cost.calls === 0) return "asked no model";
  const tokens = cost.promptTokens + cost.completionTokens;
  return `${counted(cost.calls, "call")}, ${formatCount(tokens)} tokens, ${formatDuration(cost.ms)}`;
}

/** The evidence of the built-in explainers in one sentence; nothing for evidence of another shape. */
export function readSupport(evidence: unknown): string | undefined {
  const { support, runnersUp } = (evidence ?? {}) as {
    support?: { term: string; hits: number; n: number; contrastHits: number; contrastN: number }[];
    runnersUp?: { term: string }[];
  };
  const [first] = Array.isArray(support) ? support : [];
  if (typeof first?.hits !== "number") return undefined;
  const others = (runnersUp ?? []).map((r) => r.term).filter((term) => term !== first.term);
  const also = others.slice(0, 3);
  const words = `“${first.term}” answers ${first.hits} of ${first.n} exemplars and ${first.contrastHits} of ${first.contrastN} contrasts.`;
  return also.length > 0 ? `${words} Next: ${also.join(", ")}.` : words;
}
