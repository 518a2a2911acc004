"use client";
import { useMemo, useState } from "react";
import { counted } from "@/lib/features/format";
import type { SearchResult } from "@/lib/search/schema";
import { Choices } from "../list/filter-bar";
import { FilterButton, FilterPane } from "../list/filter-pane";
import { Button, buttonClass } from "../ui/button";
import { ErrorNote } from "../ui/error-note";
import { Link } from "../ui/link";
import { Empty } from "../ui/note";
import { Segmented } from "../ui/segmented";
import { setUrlParams, useUrlQuery } from "../ui/url-params";
import { DropImage } from "./drop-image";
import { HitRow } from "./hit-row";
import { useFiring } from "./use-firing";
import { useSearch } from "./use-search";

const TRY = ["fries", "dog", "red", "stripes", "happy", "star"];
const MODES = [
  { value: "text", label: "Words", title: "labels, tags and other explanations" },
  { value: "meaning", label: "Meaning", title: "labels that mean something like it" },
  { value: "fires", label: "What fires", title: "run the text through the model: features that fire on it" },
  { value: "effect", label: "Effect", title: "features that make this word the next one" },
] as const;
/** Parameters that narrow what is found. */
const NARROWS = ["in", "kind", "modality", "detection"];
type Mode = (typeof MODES)[number]["value"];

interface Props {
  first: SearchResult;
  query: string;
  /** SAEs to search, the best known first. */
  saes: readonly string[];
  /** An embedder is set, so that labels can be found by what they mean. */
  meaning: boolean;
  /** False when the server could not answer: it is asked once more from here, and its problem is shown. */
  answered: boolean;
}

/** Features by words, by meaning, by what a text fires, or by what they make the model say; why each was found stands beside it. */
export function SearchView({ first, query: onServer, saes, meaning, answered }: Props) {
  const query = useUrlQuery(onServer);
  const params = useMemo(() => new URLSearchParams(query), [query]);
  const asked = params.get("mode");
  const modes = MODES.filter(({ value }) => meaning || value !== "meaning");
  // Without an embedder, what a text means is what fires on it.
  const mode: Mode = modes.find(({ value }) => value === asked)?.value ?? (asked === "meaning" ? "fires" : "text");
  const search = useSearch(query, first, answered ? onServer : null, mode !== "fires");
  const q = params.get("q") ?? "";
  const scope = params.get("in") ?? "";
  const sae = saes.find((ref) => ref === scope) ?? saes[0];
  const firing = useFiring(q, sae, mode === "fires");
  const set = (name: string, value: string) =>
    setUrlParams({ [name]: value || null }, name === "q" ? "replace" : "push");
  const { result } = search;
  const hits = mode === "fires" ? (firing.found?.items ?? []) : result.items;
  const busy = mode === "fires" ? firing.busy : search.busy;
  const problem = mode === "fires" ? firing.problem : search.problem;
  const [filtersOpen, setFiltersOpen] = useState(false);
  const narrowed = (mode === "fires" ? ["in"] : NARROWS).filter((name) => params.get(name));
  const sign = params.get("sign") === "down" ? "down" : "up";
  return (
    <DropImage>
      <h1 className="sr-only">Search</h1>
      <div className="mb-5 flex flex-col gap-3">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
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
          <p className="nums mr-auto text-sm text-ink-soft" aria-live="polite">
            {q && !busy && countWords(mode, hits.length, result)}
          </p>
          <Link href="/inspect" className={buttonClass("ghost", "-mr-3")} title="Or drop one anywhere on this page">
            By an image
          </Link>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          <Segmented
            label="Search by"
            value={mode}
            onChange={(v) => set("mode", v === "text" ? "" : v)}
            segments={modes}
          />
          {mode === "effect" && (
            <Segmented
              label="Direction"
              value={sign}
              onChange={(v) => set("sign", v === "up" ? "" : v)}
              segments={[
                { value: "up", label: "makes likelier" },
                { value: "down", label: "makes less likely" },
              ]}
            />
          )}
          {(q !== "" || saes.length > 1) && (
            <FilterButton open={filtersOpen} on={narrowed.length} onClick={() => setFiltersOpen(!filtersOpen)} />
          )}
        </div>
      </div>
      {problem && (
        <ErrorNote detail={problem.message} code={problem.code} requestId={problem.requestId} onRetry={search.retry} />
      )}
      <div className="grid gap-5 lg:grid-cols-[14.5rem_minmax(0,1fr)]">
        <FilterPane
          open={filtersOpen}
          total={mode === "fires" ? hits.length : result.total}
          onClose={() => setFiltersOpen(false)}
        >
          <div className="flex flex-col gap-4">
            <Facets mode={mode} q={q} params={params} result={result} saes={saes} sae={sae} set={set} />
          </div>
        </FilterPane>
        <div aria-busy={busy} className="min-w-0">
          <div className="busy-body">
            {hits.length > 0 ? (
              <>
                <ol className="flex flex-col gap-2" aria-label="Results">
                  {hits.map((hit, i) => (
                    <li key={hit.ref}>
                      <HitRow hit={hit} eager={i < 6} withSae={saes.length > 1} />
                    </li>
                  ))}
                </ol>
                {mode !== "fires" && result.nextCursor && (
                  <Button className="mt-4" onClick={search.more}>
                    Show more
                  </Button>
                )}
                {mode === "fires" && firing.found && (
                  <Link href={`/run/${firing.found.run}`} className={buttonClass("outline", "mt-4")}>
                    See it word by word
                  </Link>
                )}
              </>
            ) : (
              !busy && (
                <NothingFound
                  q={q}
                  mode={mode}
                  suggestions={result.suggestions}
                  choose={(word) => set("q", word)}
                  run={() => set("mode", "fires")}
                />
              )
            )}
          </div>
        </div>
      </div>
    </DropImage>
  );
}

function countWords(mode: Mode, shown: number, { total, capped }: SearchResult): string {
  if (mode === "fires") return `${counted(shown, "feature")} that fire most`;
  if (mode === "meaning") return `${counted(total, "feature")} with the nearest labels`;
  return capped ? `more than ${total.toLocaleString("en")} features: narrow them` : counted(total, "feature");
}

interface FacetsProps {
  mode: Mode;
  q: string;
  params: URLSearchParams;
  result: SearchResult;
  saes: readonly string[];
  sae: string | undefined;
  set: (name: string, value: string) => void;
}

const DETECT = ["", ".6..", ".8..", ".9.."];

/** What narrows the results: kind, modality, how sure a label is, and where to look. */
function Facets({ mode, q, params, result, saes, sae, set }: FacetsProps) {
  const select = "h-9 rounded-lg border border-line bg-panel px-2 text-sm text-ink pointer-coarse:h-11";
  const counts = result.facets.sae ?? {};
  return (
    <>
      {saes.length > 1 && (
        <label className="flex flex-col gap-1 text-xs text-ink-soft">
          in
          <select
            value={mode === "fires" ? (sae ?? "") : (params.get("in") ?? "")}
            onChange={(event) => set("in", event.target.value)}
            className={select}
          >
            {mode !== "fires" && <option value="">everything</option>}
            {saes.map((ref) => (
              <option key={ref} value={ref}>
                {ref} {mode !== "fires" && counts[ref] ? `(${counts[ref]})` : ""}
              </option>
            ))}
          </select>
        </label>
      )}
      {mode !== "fires" && q && (
        <>
          <Choices
            title="kind"
            values={Object.keys(result.facets.kind ?? {})}
            counts={result.facets.kind}
            chosen={params.get("kind") ?? ""}
            onChange={(v) => set("kind", v)}
          />
          <label className="flex flex-col gap-1 text-xs text-ink-soft">
            modality
            <select
              value={params.get("modality") ?? ""}
              onChange={(event) => set("modality", event.target.value)}
              className={select}
            >
              <option value="">any</option>
              <option value="image">image</option>
              <option value="text">text</option>
              <option value="both">both</option>
            </select>
          </label>
          <label className="flex flex-col gap-1 text-xs text-ink-soft">
            detection
            <select
              value={params.get("detection") ?? ""}
              onChange={(event) => set("detection", event.target.value)}
              className={select}
            >
              {DETECT.map((range) => (
                <option key={range} value={range}>
                  {range ? `at least ${range.replace("..", "")}` : "any"}
                </option>
              ))}
            </select>
          </label>
        </>
      )}
    </>
  );
}

interface NothingProps {
  q: string;
  mode: Mode;
  suggestions: readonly string[];
  choose: (word: string) => void;
  run: () => void;
}

const LOOKED_AT: Record<Mode, string> = {
  text: "Labels, tags and other explanations were searched. These words do occur:",
  meaning: "No label has been compared yet: the embedder is asked about all of them once, as a run.",
  fires: "Nothing but what fires everywhere does.",
  effect: "No feature has this word among the ten tokens that it changes most. These words do occur in labels:",
};

function NothingFound({ q, mode, suggestions, choose, run }: NothingProps) {
  const words = q ? (mode === "fires" ? [] : suggestions) : TRY;
  return (
    <Empty
      title={
        q ? (mode === "text" ? `No feature is about “${q}”` : "No feature found") : "Search what features are about"
      }
      action={
        <>
          {words.map((word) => (
            <Button key={word} onClick={() => choose(word)}>
              {word}
            </Button>
          ))}
          {q && mode === "text" && <Button onClick={run}>Run it as text</Button>}
        </>
      }
    >
      {q ? LOOKED_AT[mode] : "Whole words, beginnings, “phrases”, -without, misspellings, or a number."}
    </Empty>
  );
}
