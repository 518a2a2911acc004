"use client";
import { formatValue, statusWords } from "@/lib/features/format";
import { verdictOf } from "@/lib/inspect/word/format";
import type { WordResult } from "@/lib/inspect/word/schema";
import { Link } from "../ui/link";
import { Panel } from "../ui/panel";

const NAMES = { plain: "without the word", word: "with the word", scrambled: "letters scrambled" } as const;
/** The followed feature under the sign: without it, with the word, with its letters scrambled, on one scale. */
export function FeatureMeter({ result, sae }: { result: WordResult; sae: string }) {
  const { feature, versions } = result;
  if (!feature) return null;
  const most = Math.max(feature.aRef, ...versions.map((v) => v.anywhere ?? 0));
  const at = (x: number) => `${(100 * x) / most}%`;
  return (
    <Panel
      title={
        <Link href={`/${sae}/${feature.index}`} className="rounded hover:underline">
          {feature.label ?? statusWords(feature.status)}{" "}
          <span className="nums font-normal text-ink-faint text-xs">#{feature.index}</span>
        </Link>
      }
      aside="peak under the word"
    >
      <dl className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-center gap-x-3 gap-y-2 text-xs">
        {versions.map(({ name, peak, anywhere }) => (
          <div key={name} className="contents">
            <dt className={name === "word" ? "font-medium" : "text-ink-soft"}>{NAMES[name]}</dt>
            <dd className="relative h-2.5 rounded-full bg-sunken" aria-hidden="true">
              <span
                className={`absolute inset-y-0 left-0 rounded-full ${name === "word" ? "bg-bar" : "bg-line-strong"}`}
                style={{ width: at(peak ?? 0) }}
              />
              <span
                className="absolute -inset-y-0.5 w-0.5 bg-ink-soft"
                style={{ left: `min(calc(100% - 2px), ${at(anywhere ?? 0)})` }}
                title={`${formatValue(anywhere ?? 0)} at most anywhere on the image`}
              />
            </dd>
            <dd className="nums text-right" title={`${formatValue(anywhere ?? 0)} at most anywhere on the image`}>
              {formatValue(peak ?? 0)}
              <span className="ml-1.5 text-ink-faint">{((peak ?? 0) / feature.aRef).toFixed(2)} × ref</span>
            </dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-ink-soft text-sm">{verdictOf(result)}</p>
      <p className="nums mt-1 text-2xs text-ink-faint">
        bar: peak of {result.under.length} {result.under.length === 1 ? "cell" : "cells"} under the word · tick: peak
        anywhere on the image · ref {formatValue(feature.aRef)}
      </p>
    </Panel>
  );
}
