"use client";
import { useMemo } from "react";
import { counted } from "@/lib/features/format";
import { useRows } from "../lab/use-rows";
import { Button, buttonClass } from "../ui/button";
import { CopyButton } from "../ui/copy-button";
import { Link } from "../ui/link";
import { FeatureLine } from "./feature-line";

interface Props {
  saeRef: string;
  features: readonly number[];
  /** Where the features come from, in words: the name of a cluster. */
  name: string | null;
  onClear: () => void;
  onCompare: (refs: string[]) => void;
}

const SHOWN = 40;
/** An address should stay short enough for every server on the way. */
const MOST_IN_ADDRESS = 500;
const MOST_COMPARED = 4;

/** The chosen features as a list, and the ways on with them. */
export function SelectionPanel({ saeRef, features, name, onClear, onCompare }: Props) {
  const shown = useMemo(() => features.slice(0, SHOWN), [features]);
  const rows = useRows(saeRef, shown);
  const listed = features.slice(0, MOST_IN_ADDRESS);
  return (
    <section
      aria-label="Selection"
      className="flex min-h-0 min-w-0 flex-col rounded-xl border border-line bg-panel shadow-lift"
    >
      <div className="flex flex-col gap-2 border-line border-b p-3">
        <div className="flex items-baseline justify-between gap-2">
          <h2 className="truncate font-semibold text-sm">{name ?? "Selection"}</h2>
          <span className="nums shrink-0 text-ink-faint text-xs" aria-live="polite">
            {counted(features.length, "feature")}
          </span>
        </div>
        {features.length > 0 && (
          <div className="flex flex-wrap gap-1.5">
            <Link href={`/${saeRef}?only=${listed.join()}`} className={buttonClass("outline")}>
              {features.length > MOST_IN_ADDRESS ? `List the first ${MOST_IN_ADDRESS}` : "Open as list"}
            </Link>
            <CopyButton label="Copy refs" text={features.map((index) => `${saeRef}/${index}`).join("\n")} />
            {features.length > 1 && (
              <Button onClick={() => onCompare(features.slice(0, MOST_COMPARED).map((index) => `${saeRef}/${index}`))}>
                Compare{features.length > MOST_COMPARED ? ` first ${MOST_COMPARED}` : ""}
              </Button>
            )}
            <Button look="ghost" onClick={onClear}>
              Clear
            </Button>
          </div>
        )}
      </div>
      {features.length === 0 ? (
        <p className="p-4 text-ink-soft text-sm">
          Click a point or a name, or draw a lasso around points (also Shift and drag), to list them here.
        </p>
      ) : (
        <ol className="min-h-0 overflow-y-auto p-1.5">
          {shown.map((index) => (
            <li key={index}>
              <FeatureLine saeRef={saeRef} index={index} row={rows.get(index)} />
            </li>
          ))}
          {features.length > SHOWN && (
            <li className="px-1.5 py-2 text-ink-faint text-xs">
              {counted(features.length - SHOWN, "more feature")}: open them as a list.
            </li>
          )}
        </ol>
      )}
    </section>
  );
}
