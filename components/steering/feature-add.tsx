"use client";
import { type KeyboardEvent, useId, useState } from "react";
import { statusWords } from "@/lib/features/format";
import type { SearchResult } from "@/lib/search/schema";
import { parseTurned } from "@/lib/steering/desk/format";
import type { DeskFeature } from "@/lib/steering/types";
import { useSearch } from "../search/use-search";
import { cx } from "../ui/class-names";
import { ContactStrip } from "../viz/contact-strip";

const NONE: SearchResult = {
  items: [],
  nextCursor: null,
  total: 0,
  capped: false,
  facets: {},
  degraded: null,
  suggestions: [],
};
const SHOWN = 8;

interface Props {
  model: string;
  /** @param row absent for a feature that was named and not found by words. */
  onAdd: (ref: string, row?: DeskFeature) => void;
}

/** Adds a feature by words, by `sae/index`, or by a pasted link to its page. */
export function FeatureAdd({ model, onAdd }: Props) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const named = namedIn(text, model);
  const words = named === undefined ? text.trim() : "";
  const query = words === "" ? "" : new URLSearchParams({ q: words, in: model, limit: String(SHOWN) }).toString();
  const { result, busy, problem } = useSearch(query, NONE, "", true);
  const hits = query === "" ? [] : result.items;
  const take = (ref: string, row?: DeskFeature) => {
    onAdd(ref, row);
    setText("");
    setAt(0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const hit = hits[at];
    if (event.key === "ArrowDown") setAt(Math.min(hits.length - 1, at + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, at - 1));
    else if (event.key === "Escape") setText("");
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && named) take(named);
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && hit) take(below(hit.ref), hit);
    else return;
    event.preventDefault();
  };
  const open = words !== "" && (hits.length > 0 || !busy);
  return (
    <div className="relative">
      <input
        role="combobox"
        aria-label="Add a feature"
        aria-expanded={open}
        aria-controls={list}
        aria-activedescendant={open && hits[at] ? `${list}-${at}` : undefined}
        aria-autocomplete="list"
        autoComplete="off"
        spellCheck={false}
        placeholder="Add a feature: words, sae/index, or a link"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        data-key="+"
        data-key-label="add a feature"
        className="h-9 w-full rounded-lg border border-line bg-panel px-3 text-sm placeholder:text-ink-faint pointer-coarse:h-11 pointer-coarse:text-base"
      />
      {named && <p className="mt-1 text-ink-faint text-xs">Enter puts {named} on the desk.</p>}
      {open && (
        <div
          id={list}
          role="listbox"
          aria-label="Found features"
          className="absolute inset-x-0 top-full z-20 mt-1 max-h-96 overflow-y-auto rounded-xl border border-line bg-panel p-1 shadow-lift"
        >
          {hits.map((hit, i) => (
            // biome-ignore lint/a11y/useFocusableInteractive: the field keeps the focus; the option is named by aria-activedescendant
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
            <div
              key={hit.ref}
              id={`${list}-${i}`}
              role="option"
              aria-selected={i === at}
              onClick={() => take(below(hit.ref), hit)}
              onPointerMove={() => setAt(i)}
              className={cx(
                "grid cursor-pointer grid-cols-[8rem_minmax(0,1fr)] items-center gap-3 rounded-lg p-1.5",
                i === at && "bg-sunken",
              )}
            >
              <ContactStrip src={hit.strip} />
              <span className="min-w-0">
                <span className="block truncate font-medium text-sm">{hit.label ?? statusWords(hit.status)}</span>
                <span className="nums block truncate text-2xs text-ink-faint">
                  {below(hit.ref)} · {hit.why.map((w) => w.text).join(" · ")}
                </span>
              </span>
            </div>
          ))}
          {hits.length === 0 && !busy && (
            <p className="px-3 py-2 text-sm text-ink-soft">
              {problem?.message ?? `No feature is about “${words}”.`}
              {result.suggestions.length > 0 && ` These words do occur: ${result.suggestions.slice(0, 6).join(", ")}.`}
            </p>
          )}
        </div>
      )}
    </div>
  );
}

/** `model/sae/index` without the model, which the desk names. */
const below = (ref: string) => ref.split("/").slice(-2).join("/");

/** The feature that a text names: `sae/index`, `model/sae/index`, or the address of its page. Of this model only. */
function namedIn(text: string, model: string): string | undefined {
  const path = text
    .trim()
    .replace(/^https?:\/\/[^/]+/, "")
    .replace(/[?#].*$/, "")
    .replace(/^\//, "");
  const turned = path.includes(":") ? undefined : parseTurned(path);
  return turned && (turned.model ?? model) === model ? turned.ref : undefined;
}
