"use client";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { counted } from "@/lib/features/format";
import { asksDisagreement, LIST_PARAMS, listQueryString, SORT_WORDS } from "@/lib/features/list/format";
import type { FeaturePage, FeatureRow } from "@/lib/features/list/schema";
import { useRows } from "../lab/use-rows";
import { SameIn } from "../sae/same-in";
import { Button, buttonClass } from "../ui/button";
import { ErrorNote } from "../ui/error-note";
import { Segmented } from "../ui/segmented";
import { setUrlParams, useUrlQuery } from "../ui/url-params";
import { VirtualGrid } from "../ui/virtual-grid";
import { withParam } from "../ui/with-param";
import { ExportMenu } from "./export-menu";
import { CARD_HEIGHT, CARD_WIDTH, FeatureCard, SAID_HEIGHT } from "./feature-card";
import { FilterBar } from "./filter-bar";
import { FilterButton, FilterPane } from "./filter-pane";
import { IndexedRows } from "./indexed-rows";
import { useColumns } from "./use-columns";
import { useFeaturePages } from "./use-feature-pages";
import { WordsBox } from "./words-box";

// Few lists are empty or tables, and the first load is tight.
const FeatureTable = lazy(() => import("./feature-table").then((m) => ({ default: m.FeatureTable })));
const Nothing = lazy(() => import("./nothing").then((m) => ({ default: m.Nothing })));

interface Props {
  saeRef: string;
  first: FeaturePage;
  /** The page's query as the server read it. */
  query: string;
  maxValue: number;
  /** Other SAEs of the model, as refs. */
  others: readonly string[];
}

/** Rows that are fetched beyond the window. */
const AHEAD = 40;
/** Sorted, filtered, virtual list of the features of an SAE; everything about it lives in the address. */
export function FeatureList({ saeRef, first, query: onServer, maxValue, others }: Props) {
  const whole = useUrlQuery(onServer);
  const params = useMemo(() => new URLSearchParams(whole), [whole]);
  const list = listQueryString(Object.fromEntries(params));
  const firstList = listQueryString(Object.fromEntries(new URLSearchParams(onServer)));
  const indexed = useColumns(saeRef, list, firstList);
  const disagreeing = asksDisagreement(Object.fromEntries(params));
  const holding = disagreeing ? "&said=1" : "";
  const pages = useFeaturePages(saeRef, list, first, firstList, indexed === undefined, holding);
  const [range, setRange] = useState<[from: number, to: number]>([0, 0]);
  const onRange = useCallback((from: number, to: number) => setRange([from, to]), []);
  const order = indexed?.order;
  const wanted = useMemo(
    () => (order ? Array.from(order.slice(Math.max(0, range[0] - AHEAD), range[1] + AHEAD)) : []),
    [order, range],
  );
  const rows = useRows(saeRef, wanted, first.items, holding);
  const total = order ? order.length : pages.total;
  const [steps, setSteps] = useState(0);
  const [filtersOpen, setFiltersOpen] = useState(false);
  const layout = params.get("layout") === "table" ? "table" : "grid";
  const set = (name: string, value: string, history: "push" | "replace" = "push") => {
    const quiet = name === "layout" || name === "q";
    setUrlParams({ [name]: value || null }, quiet ? "replace" : history);
    if (!quiet && history === "push") setSteps((n) => n + 1);
  };
  const reset = () => {
    setUrlParams(Object.fromEntries(LIST_PARAMS.filter((p) => p !== "sort").map((p) => [p, null])), "push");
    setSteps((n) => n + 1);
  };
  const undo = () => {
    window.history.back();
    setSteps((n) => n - 1);
  };
  const sort = params.get("sort") ?? "index";
  const onSort = (by: string) => set("sort", by === "index" ? "" : by);
  const suffix = list ? `?${list}` : "";
  const narrowed = LIST_PARAMS.filter((p) => p !== "sort" && params.get(p));

  return (
    <section aria-label="Features" className="grid gap-5 lg:grid-cols-[14.5rem_minmax(0,1fr)]">
      <FilterPane sticky open={filtersOpen} total={total} onClose={() => setFiltersOpen(false)}>
        <Modality className="mb-4 flex w-max lg:hidden" {...{ params, set }} />
        <FilterBar
          query={params}
          facets={indexed ? { ...indexed.counts } : pages.facets}
          histograms={indexed?.histograms}
          maxValue={maxValue}
          set={set}
        />
        <div className="mt-3 flex flex-wrap gap-1">
          {steps > 0 && (
            <Button look="ghost" className="-ml-2" onClick={undo}>
              Undo
            </Button>
          )}
          {narrowed.length > 0 && (
            <Button look="ghost" className={steps > 0 ? "" : "-ml-2"} onClick={reset}>
              Reset filters
            </Button>
          )}
        </div>
      </FilterPane>
      <div className="min-w-0">
        <div className="mb-3 flex flex-wrap items-center gap-2">
          <WordsBox saeRef={saeRef} value={params.get("q") ?? ""} onChange={(words) => set("q", words)} />
          <FilterButton open={filtersOpen} on={narrowed.length} onClick={() => setFiltersOpen(!filtersOpen)} />
          <Modality className="max-lg:hidden" {...{ params, set }} />
          <label className="flex min-w-0 items-center gap-1.5 text-xs text-ink-soft max-sm:grow max-sm:basis-44">
            sort
            <select
              value={sort}
              onChange={(event) => onSort(event.target.value)}
              className="h-9 min-w-0 rounded-lg border border-line bg-panel px-2 text-sm text-ink max-sm:flex-1 pointer-coarse:h-11"
            >
              {Object.entries({ ...SORT_WORDS, [sort]: SORT_WORDS[sort] ?? sort.replace("-", "falling ") }).map(
                ([value, words]) => (
                  <option key={value} value={value}>
                    {words}
                  </option>
                ),
              )}
            </select>
          </label>
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
        <div className="-mt-1 mb-1 flex items-center gap-x-1">
          <div className="mr-auto flex min-w-0 flex-wrap gap-x-3">
            <p className="nums text-sm text-ink-soft" aria-live="polite">
              {counted(total, "feature")} {narrowed.length > 0 ? (total === 1 ? "matches" : "match") : ""}
            </p>
            <SameIn refs={others} hrefOf={(ref) => `/${ref}?${withParam(params, "only", "")}`} />
          </div>
          <a
            href={`/${saeRef}/random${suffix}`}
            className={buttonClass("ghost", "px-2")}
            data-key="r"
            data-key-label="random feature under the filter"
          >
            Random
          </a>
          <ExportMenu saeRef={saeRef} list={list} />
        </div>
        {params.get("only") && (
          <p className="mb-2 flex items-center gap-2 text-ink-soft text-sm">
            Only features that were chosen elsewhere.
            <Button onClick={() => set("only", "")}>Show all</Button>
          </p>
        )}
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
            {total === 0 && !pages.busy ? (
              <Suspense>
                <Nothing
                  narrowed={narrowed}
                  params={params}
                  without={indexed?.without}
                  relax={(name) => set(name, "")}
                  reset={reset}
                />
              </Suspense>
            ) : order ? (
              <IndexedRows said={disagreeing} {...{ order, rows, layout, suffix, saeRef, onRange, sort, onSort }} />
            ) : layout === "grid" ? (
              <VirtualGrid
                label="Features"
                items={pages.rows}
                keyOf={(r) => r.index}
                rowHeight={CARD_HEIGHT + (disagreeing ? SAID_HEIGHT : 0)}
                minColumn={CARD_WIDTH}
                onNearEnd={pages.more}
                render={(row, i) => (
                  <FeatureCard row={row} href={`/${row.ref}${suffix}`} eager={i < 8} said={disagreeing} />
                )}
              />
            ) : (
              <Suspense>
                <FeatureTable
                  items={pages.rows}
                  rowOf={(row) => row as FeatureRow}
                  hrefOf={(index) => `/${saeRef}/${index}${suffix}`}
                  onNearEnd={pages.more}
                  said={disagreeing}
                  {...{ sort, onSort }}
                />
              </Suspense>
            )}
          </div>
        </div>
      </div>
    </section>
  );
}

interface ModalityProps {
  params: URLSearchParams;
  set: (name: string, value: string) => void;
  className: string;
}

/** Beside the words on a wide window; among the filters on a narrow one. */
function Modality({ params, set, className }: ModalityProps) {
  return (
    <Segmented
      label="Modality"
      className={className}
      value={params.get("modality") ?? ""}
      onChange={(v) => set("modality", v)}
      segments={[
        { value: "", label: "Any" },
        { value: "image", label: "Image" },
        { value: "text", label: "Text" },
        { value: "both", label: "Both" },
      ]}
    />
  );
}
