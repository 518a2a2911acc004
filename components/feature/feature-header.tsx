import type { ReactNode } from "react";
import { formatScore, statusWords } from "@/lib/features/format";
import type { Feature } from "@/lib/features/schema";
import { LabelText } from "../lab/label-text";
import { TagLinks } from "../search/tag-links";
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
  /** The same page with its explanations side by side, or no longer. */
  beside: string;
}

interface Props {
  feature: Feature;
  links: FeatureLinks;
  /** Ways to take it elsewhere. */
  children: ReactNode;
}

/** Name, kind, headline scores, and the ways on from here. */
export function FeatureHeader({ feature, links, children }: Props) {
  const { label, scores } = feature;
  return (
    <header className="mb-3 grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-1.5 gap-y-2 sm:grid-cols-[minmax(0,1fr)_auto_auto]">
      <Breadcrumbs
        crumbs={[
          { label: feature.model, href: `/${feature.model}` },
          { label: feature.sae, href: links.list },
          { label: `#${feature.index}` },
        ]}
      />
      <nav aria-label="Features" className="flex gap-1.5">
        <Step href={links.previous} keyName="k" words="Previous feature" mark="←" />
        <Step href={links.next} keyName="j" words="Next feature" mark="→" />
      </nav>
      <div className="col-span-full">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <h1 className={`text-2xl font-semibold ${label.text ? "" : "text-ink-faint"}`}>
            {label.text ? (
              <LabelText text={label.text} translations={label.translations} both />
            ) : (
              statusWords(label.status)
            )}
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
            <TagLinks tags={feature.tags.slice(0, 8)} />
          </p>
        )}
      </div>
      {/* After the name on a phone, where it comes first; on a wide window the main ones stand beside the steps. */}
      <div className="col-span-full flex flex-wrap gap-1.5 sm:contents">
        <div className="flex gap-1.5 sm:col-start-3 sm:row-start-1">
          <Link
            href={`/steer?in=${feature.model}&f=${feature.sae}/${feature.index}:2:add`}
            className={buttonClass("solid")}
            data-key="s"
            data-key-label="steer with this"
          >
            Steer this
          </Link>
          <a
            href={links.random}
            className={buttonClass("outline", "max-sm:hidden")}
            data-key="r"
            data-key-label="random feature"
          >
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
          <span className="contents max-sm:hidden">
            <CopyButton label="Copy link" keys="." />
          </span>
        </div>
        {children}
      </div>
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
