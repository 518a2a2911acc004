"use client";
import { useMemo, useState } from "react";
import { counted, formatScore } from "@/lib/features/format";
import { LIST_PARAMS, listQueryString, SORT_WORDS } from "@/lib/features/list/format";
import type { FeaturePage } from "@/lib/features/list/schema";
import { Button } from "../ui/button";
import { ErrorNote } from "../ui/error-note";
import { Empty } from "../ui/note";
import { Segmented } from "../ui/segmented";
import { setUrlParams, useUrlQuery } from "../ui/url-params";
import { VirtualGrid } from "../ui/virtual-grid";
import { CARD_HEIGHT, CARD_WIDTH, FeatureCard, FeatureTableRow, ROW_HEIGHT, TableHead } from "./feature-card";
import { FilterBar } from "./filter-bar";
import { useFeaturePages } from "./use-feature-pages";

interface Props {
  saeRef: string;
  first: FeaturePage;
  /** The page's query as the server read it. */
  query: string;
  maxValue: number;
}

/** Sorted, filtered, virtual list of the features of an SAE; everything about it lives in the address. */
export function FeatureList({ saeRef, first, query: onServer, maxValue }: Props) {
  const whole = useUrlQuery(onServer);
  const params = useMemo(() => new URLSearchParams(whole), [whole]);
  const list = listQueryString(Object.fromEntries(params));
  const firstList = listQueryString(Object.fromEntries(new URLSearchParams(onServer)));
  const pages = useFeaturePages(saeRef, list, first, firstList);
  const [filtersOpen, setFiltersOpen] = useState(false);
  const layout = params.get("layout") === "table" ? "table" : "grid";
  const set = (name: string, value: string) =>
    setUrlParams({ [name]: value || null }, name === "layout" || name === "q" ? "replace" : "push");
  const reset = () =>
    setUrlParams(Object.fromEntries(LIST_PARAMS.filter((p) => p !== "sort").map((p) => [p, null])), "push");
  const suffix = list ? `?${list}` : "";
  const narrowed = LIST_PARAMS.filter((p) => p !== "sort" && params.get(p));

  return (
    <section aria-label="Features" className="grid gap-5 lg:grid-cols-[14.5rem_minmax(0,1fr)]">
      <div
        className={`${filtersOpen ? "" : "max-lg:hidden"} self-start rounded-xl border border-line bg-panel p-4 lg:sticky lg:top-[4.5rem] lg:max-h-[calc(100dvh-5.5rem)] lg:overflow-y-auto lg:border-0 lg:bg-transparent lg:px-1 lg:py-1`}
      >
        <h2 className="eyebrow mb-3">Filters</h2>
        <FilterBar query={params} facets={pages.facets} maxValue={maxValue} set={set} />
        {narrowed.length > 0 && (
          <Button look="ghost" className="mt-3 -ml-2" onClick={reset}>
            Reset filters
          </Button>
        )}
      </div>
      <div className="min-w-0">
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <input
            type="search"
            aria-label="Filter by words in the label"
            placeholder="label words or #number"
            value={params.get("q") ?? ""}
            onChange={(event) => set("q", event.target.value)}
            className="h-9 min-w-0 flex-1 rounded-lg border border-line bg-panel px-3 text-sm placeholder:text-ink-faint sm:max-w-60 pointer-coarse:h-11"
          />
          <Segmented
            label="Modality"
            value={params.get("modality") ?? ""}
            onChange={(v) => set("modality", v)}
            segments={[
              { value: "", label: "Any" },
              { value: "image", label: "Image" },
              { value: "text", label: "Text" },
              { value: "both", label: "Both" },
            ]}
          />
          <label className="flex items-center gap-1.5 text-xs text-ink-soft">
            <span className="max-sm:sr-only">sort</span>
            <select
              value={params.get("sort") ?? "index"}
              onChange={(event) => set("sort", event.target.value === "index" ? "" : event.target.value)}
              className="h-9 rounded-lg border border-line bg-panel px-2 text-sm text-ink pointer-coarse:h-11"
            >
              {Object.entries(SORT_WORDS).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </label>
          <Button className="lg:hidden" aria-expanded={filtersOpen} onClick={() => setFiltersOpen(!filtersOpen)}>
            Filters{narrowed.length > 0 ? ` (${narrowed.length})` : ""}
          </Button>
          <a
            href={`/${saeRef}/random${suffix}`}
            className="rounded-lg px-2 py-1.5 text-sm font-medium text-ink-soft hover:bg-sunken"
            data-key="r"
            data-key-label="random feature under the filter"
          >
            Random
          </a>
          <div className="ml-auto">
            <Segmented
              label="Layout"
              value={layout}
              onChange={(v) => set("layout", v === "grid" ? "" : v)}
              segments={[
                { value: "grid", label: "Grid" },
                { value: "table", label: "Table" },
              ]}
            />
          </div>
        </div>
        <p className="nums mb-2 text-sm text-ink-soft" aria-live="polite">
          {counted(pages.total, "feature")} {narrowed.length > 0 ? "match" : ""}
        </p>
        {pages.problem && (
          <ErrorNote
            detail={pages.problem.message}
            code={pages.problem.code}
            requestId={pages.problem.requestId}
            onRetry={pages.retry}
          />
        )}
        <div aria-busy={pages.busy}>
          <div className="busy-body">
            {pages.total === 0 && !pages.busy ? (
              <Nothing narrowed={narrowed} params={params} relax={(name) => set(name, "")} reset={reset} />
            ) : layout === "grid" ? (
              <VirtualGrid
                label="Features"
                items={pages.rows}
                keyOf={(r) => r.index}
                rowHeight={CARD_HEIGHT}
                minColumn={CARD_WIDTH}
                onNearEnd={pages.more}
                render={(row, i) => <FeatureCard row={row} href={`/${row.ref}${suffix}`} eager={i < 8} />}
              />
            ) : (
              <>
                <TableHead />
                <VirtualGrid
                  label="Features"
                  items={pages.rows}
                  keyOf={(r) => r.index}
                  rowHeight={ROW_HEIGHT}
                  onNearEnd={pages.more}
                  render={(row, i) => <FeatureTableRow row={row} href={`/${row.ref}${suffix}`} eager={i < 8} />}
                />
              </>
            )}
          </div>
        </div>
      </div>
    </section>
  );
}

interface NothingProps {
  narrowed: readonly string[];
  params: URLSearchParams;
  relax: (name: string) => void;
  reset: () => void;
}

/** Says that the filters leave nothing, and offers to drop the last one or all. */
function Nothing({ narrowed, params, relax, reset }: NothingProps) {
  const last = narrowed.at(-1);
  const value = last ? params.get(last) : "";
  const shown = value?.endsWith("..") ? `≥ ${formatScore(Number(value.slice(0, -2)))}` : value;
  return (
    <Empty
      title="No feature passes"
      action={
        <>
          {last && (
            <Button onClick={() => relax(last)}>
              Drop {last} {shown}
            </Button>
          )}
          {narrowed.length > 1 && <Button onClick={reset}>Drop all filters</Button>}
        </>
      }
    >
      {narrowed.length > 0
        ? "The filters together leave nothing."
        : "This SAE has no features yet: they come when its evidence is collected."}
    </Empty>
  );
}
