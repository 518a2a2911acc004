import { formatScore, statusWords } from "@/lib/features/format";
import type { Feature } from "@/lib/features/schema";
import { Badge } from "../ui/badge";
import { Breadcrumbs } from "../ui/breadcrumbs";
import { buttonClass } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Link } from "../ui/link";

export interface FeatureLinks {
  previous: string | null;
  next: string | null;
  random: string;
  list: string;
}

/** Name, kind, headline scores, and the ways on from here. */
export function FeatureHeader({ feature, links }: { feature: Feature; links: FeatureLinks }) {
  const { label, scores } = feature;
  return (
    <header className="mb-4">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <Breadcrumbs
          crumbs={[
            { label: feature.model, href: `/${feature.model}` },
            { label: feature.sae, href: links.list },
            { label: `#${feature.index}` },
          ]}
        />
        <nav aria-label="Features" className="flex flex-wrap items-center gap-1.5">
          <Step href={links.previous} keyName="k" words="Previous feature" mark="←" />
          <Step href={links.next} keyName="j" words="Next feature" mark="→" />
          <Link
            href={`/steer?in=${feature.model}&f=${feature.sae}/${feature.index}:2:add`}
            className={buttonClass("solid")}
            data-key="s"
            data-key-label="steer with this"
          >
            Steer this
          </Link>
          <a href={links.random} className={buttonClass("outline")} data-key="r" data-key-label="random feature">
            Random
          </a>
          <button
            type="button"
            className={buttonClass("outline")}
            data-compare={feature.ref}
            data-key="c"
            data-key-label="put aside to compare, or take back"
          >
            Compare
          </button>
          <button
            type="button"
            className={buttonClass("outline")}
            data-list={feature.ref}
            data-key="x"
            data-key-label="put into a list"
          >
            List
          </button>
          <CopyButton label="Copy link" keys="." />
        </nav>
      </div>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className={`text-2xl font-semibold ${label.text ? "" : "text-ink-faint"}`}>
          {label.text ?? statusWords(label.status)}
        </h1>
        <span className="flex flex-wrap items-center gap-1.5">
          {feature.kind && <Badge tone="accent">{feature.kind}</Badge>}
          {scores.detection && (
            <Badge tone={scores.detection.value >= 0.7 ? "good" : "plain"} title="detection score of the label">
              <span className="nums">detect {formatScore(scores.detection.value)}</span>
            </Badge>
          )}
          {scores.localisation && (
            <Badge title="localisation score of the label">
              <span className="nums">localise {formatScore(scores.localisation.value)}</span>
            </Badge>
          )}
        </span>
      </div>
      {feature.tags.length > 0 && (
        <p className="mt-1.5 flex flex-wrap gap-x-2 gap-y-1 text-sm text-ink-faint">
          <span>under its regions:</span>
          {feature.tags.slice(0, 8).map((tag) => (
            <Link
              key={tag}
              href={`/search?q=${encodeURIComponent(tag)}`}
              className="rounded text-ink-soft underline decoration-line-strong decoration-dotted underline-offset-4 hover:text-ink"
            >
              {tag}
            </Link>
          ))}
        </p>
      )}
    </header>
  );
}

function Step({ href, keyName, words, mark }: { href: string | null; keyName: string; words: string; mark: string }) {
  const inner = (
    <>
      <span aria-hidden="true">{mark}</span>
      <span className="font-mono text-2xs text-ink-faint max-sm:hidden" aria-hidden="true">
        {keyName}
      </span>
    </>
  );
  if (!href) {
    return (
      <span className={buttonClass("outline", "opacity-40")} aria-hidden="true">
        {inner}
      </span>
    );
  }
  return (
    <Link
      href={href}
      ahead
      scroll={false}
      className={buttonClass("outline")}
      aria-label={words}
      title={`${words} (${keyName})`}
      data-key={keyName}
      data-key-label={words.toLowerCase()}
    >
      {inner}
    </Link>
  );
}
