"use client";
import { useMemo } from "react";
import { counted } from "@/lib/features/format";
import type { SearchResult } from "@/lib/search/schema";
import { Choices } from "../list/filter-bar";
import { Button } from "../ui/button";
import { ErrorNote } from "../ui/error-note";
import { Empty } from "../ui/note";
import { setUrlParams, useUrlQuery } from "../ui/url-params";
import { HitRow } from "./hit-row";
import { useSearch } from "./use-search";

const TRY = ["fries", "dog", "red", "stripes", "happy", "star"];

/** Features by words, as you type; why each was found stands beside it. */
export function SearchView({ first, query: onServer }: { first: SearchResult; query: string }) {
  const query = useUrlQuery(onServer);
  const params = useMemo(() => new URLSearchParams(query), [query]);
  const { result, busy, problem, more, retry } = useSearch(query, first, onServer);
  const q = params.get("q") ?? "";
  const set = (name: string, value: string) =>
    setUrlParams({ [name]: value || null }, name === "q" ? "replace" : "push");
  const saes = Object.entries(result.facets.sae ?? {});
  return (
    <>
      <h1 className="sr-only">Search</h1>
      <div className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-2">
        <input
          type="search"
          // biome-ignore lint/a11y/noAutofocus: the page is this field
          autoFocus
          aria-label="Search features by words"
          placeholder="fries, red stripes, happy, #4121 …"
          value={q}
          onChange={(event) => set("q", event.target.value)}
          data-key="/"
          className="h-12 w-full max-w-2xl rounded-xl border border-line bg-panel px-4 text-lg shadow-lift placeholder:text-ink-faint"
        />
        <p className="nums text-sm text-ink-soft" aria-live="polite">
          {q && counted(result.total, "feature")}
        </p>
      </div>
      {problem && (
        <ErrorNote detail={problem.message} code={problem.code} requestId={problem.requestId} onRetry={retry} />
      )}
      <div className="grid gap-6 lg:grid-cols-[13rem_minmax(0,1fr)]">
        <aside aria-label="Facets" className="flex flex-col gap-4">
          {q && (
            <Choices
              title="kind"
              values={Object.keys(result.facets.kind ?? {})}
              counts={result.facets.kind}
              chosen={params.get("kind") ?? ""}
              onChange={(v) => set("kind", v)}
            />
          )}
          {(saes.length > 1 || params.get("in")) && (
            <label className="flex flex-col gap-1 text-xs text-ink-soft">
              in
              <select
                value={params.get("in") ?? ""}
                onChange={(event) => set("in", event.target.value)}
                className="h-9 rounded-lg border border-line bg-panel px-2 text-sm text-ink"
              >
                <option value="">everything</option>
                {saes.map(([ref, n]) => (
                  <option key={ref} value={ref}>
                    {ref} ({n})
                  </option>
                ))}
              </select>
            </label>
          )}
        </aside>
        <div aria-busy={busy} className="min-w-0">
          <div className="busy-body">
            {result.items.length > 0 ? (
              <>
                <ol className="flex flex-col gap-2" aria-label="Results">
                  {result.items.map((hit, i) => (
                    <li key={hit.ref}>
                      <HitRow hit={hit} eager={i < 6} withSae={saes.length > 1} />
                    </li>
                  ))}
                </ol>
                {result.nextCursor && (
                  <Button className="mt-4" onClick={more}>
                    Show more
                  </Button>
                )}
              </>
            ) : (
              !busy && <NothingFound q={q} suggestions={result.suggestions} choose={(word) => set("q", word)} />
            )}
          </div>
        </div>
      </div>
    </>
  );
}

function NothingFound({
  q,
  suggestions,
  choose,
}: {
  q: string;
  suggestions: readonly string[];
  choose: (word: string) => void;
}) {
  const words = q ? suggestions : TRY;
  return (
    <Empty
      title={q ? `No feature is about “${q}”` : "Search what features are about"}
      action={words.map((word) => (
        <Button key={word} onClick={() => choose(word)}>
          {word}
        </Button>
      ))}
    >
      {q
        ? "Labels, tags and other explanations were searched. These words do occur:"
        : "Whole words, beginnings, “phrases”, -without, near misspellings, or a number."}
    </Empty>
  );
}
