"use client";
import type { ReactNode } from "react";
import { deskAddress, questionWords, verdictOf } from "@/lib/steering/fix/result/format";
import type { SearchParams, SearchResult } from "@/lib/steering/schema";
import { Button, buttonClass } from "../ui/button";
import { cx } from "../ui/class-names";
import { Link } from "../ui/link";
import { Chance } from "./chance";
import { FoundFeatures } from "./found-features";
import { Proof } from "./proof";
import { TradeOff } from "./trade-off";
import { Ways } from "./ways";

const EDGES = { good: "border-l-good", plain: "border-l-line-strong", warn: "border-l-warn" } as const;

interface Props {
  result: SearchResult;
  /** What was asked for. */
  params: SearchParams;
  /** Right end of the head: links of the page around it. */
  aside?: ReactNode;
  /** Searches for what would make the model say the unwanted answer, where it says the wanted one by itself. */
  onSwap?: (() => void) | undefined;
}

/** What a search found, what it costs, and whether it is more than chance. */
export function FixResultView({ result, params, aside, onSwap }: Props) {
  const { steering, questions, notice } = result;
  const { tone, title, more } = verdictOf(result);
  return (
    <div className="flex flex-col gap-4">
      <header
        className={cx(
          "flex flex-wrap items-center gap-x-6 gap-y-3 rounded-xl border border-line border-l-4 bg-panel px-4 py-3 shadow-lift",
          EDGES[tone],
        )}
      >
        <div className="min-w-0 flex-1 basis-80">
          <h2 className="font-semibold text-xl" data-verdict={tone}>
            {title}
          </h2>
          <p className="text-ink-soft">{more}</p>
          {questions && <p className="nums mt-1 text-ink-faint text-xs">{questionWords(questions)}</p>}
        </div>
        <div className="flex flex-wrap items-center gap-3">
          {aside}
          {onSwap && result.found && steering.length === 0 && (
            <Button onClick={onSwap}>Search for “{params.fit[0]?.unwanted}” instead</Button>
          )}
          {steering.length > 0 && (
            <Link href={deskAddress(params, steering)} className={buttonClass("solid", "px-4")}>
              Put on the desk
            </Link>
          )}
        </div>
      </header>
      {notice && (
        <p className="rounded-lg bg-warn-soft px-3 py-2 text-sm text-warn" role="note">
          {notice}
        </p>
      )}
      {steering.length > 0 && (
        <>
          <FoundFeatures steering={steering} params={params} />
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <div className="flex min-w-0 flex-col gap-4">
              <Proof result={result} limits={params.limits} />
              <Chance result={result} />
            </div>
            <div className="flex min-w-0 flex-col gap-4">
              <TradeOff curve={result.curve} n={result.fit.n} limit={params.limits.kl} />
              <Ways result={result} limits={params.limits} />
            </div>
          </div>
        </>
      )}
      {steering.length === 0 && !result.found && <Ways result={result} limits={params.limits} />}
    </div>
  );
}
