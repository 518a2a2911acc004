"use client";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { counted, formatCount } from "@/lib/features/format";
import type { MapCluster, SaeMap } from "@/lib/map/schema";
import { FilterBar } from "../list/filter-bar";
import { FilterButton, FilterPane } from "../list/filter-pane";
import { SameIn } from "../sae/same-in";
import { Button } from "../ui/button";
import { ErrorNote } from "../ui/error-note";
import { withParam } from "../ui/with-param";
import { ClusterList } from "./cluster-list";
import { COLOR_WORDS, HUES } from "./coloring";
import { Legend } from "./legend";
import { MapCanvas } from "./map-canvas";
import { pointColors, useTheme } from "./point-colors";
import { SelectionPanel } from "./selection-panel";
import { useMapIndex } from "./use-map-index";
import { bestFirst, useMapState } from "./use-map-state";

interface Props {
  saeRef: string;
  /** Other SAEs, as refs. */
  others: readonly string[];
  map: SaeMap;
  maxValue: number;
  /** The page's query as the server read it. */
  query: string;
}

const NO_COLORING = { code: new Uint8Array(), none: HUES, names: null, ends: null };

/** The map of an SAE with filters, colours and a selection; the address holds filters and colour. */
export function MapView({ saeRef, others, map, maxValue, query }: Props) {
  const router = useRouter();
  const { index, problem, retry } = useMapIndex(saeRef);
  const state = useMapState(saeRef, query, index);
  const { params, set, narrowed, column, coloring, passing, selection, matches } = state;
  const theme = useTheme();
  const colors = useMemo(() => pointColors(coloring ?? NO_COLORING, theme), [coloring, theme]);
  const [chosen, setChosen] = useState<{ features: number[]; name: string | null }>({ features: [], name: null });
  const [drawable, setDrawable] = useState(true);
  const [filtersOpen, setFiltersOpen] = useState(false);
  const choose = (cluster: MapCluster) =>
    setChosen({ features: [...(state.members?.get(cluster.id) ?? [])], name: cluster.label });
  const passes = useMemo(() => new Set(passing), [passing]);
  const shownClusters = useMemo(
    () => (state.members ? map.clusters.filter(({ id }) => state.members?.get(id)?.length) : map.clusters),
    [map.clusters, state.members],
  );
  const nPassing = passing?.length ?? map.n;
  return (
    <div className="grid gap-5 lg:grid-cols-[14.5rem_minmax(0,1fr)]">
      <FilterPane open={filtersOpen} total={nPassing} onClose={() => setFiltersOpen(false)}>
        <FilterBar
          query={params}
          facets={selection && { ...selection.counts }}
          histograms={selection?.histograms}
          maxValue={maxValue}
          set={set}
        />
        {narrowed.length > 0 && (
          <Button look="ghost" className="mt-3 -ml-2" onClick={state.reset}>
            Reset filters
          </Button>
        )}
      </FilterPane>
      <div className="min-w-0">
        <div className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-2">
          <input
            type="search"
            aria-label="Filter by words in the label"
            placeholder="label words or #number"
            value={params.get("q") ?? ""}
            onChange={(event) => set("q", event.target.value)}
            className="h-9 min-w-0 flex-1 rounded-lg border border-line bg-panel px-3 text-sm placeholder:text-ink-faint max-sm:basis-full pointer-coarse:h-11 sm:max-w-60"
          />
          <label className="flex items-center gap-1.5 text-ink-soft text-xs">
            colour
            <select
              value={column}
              onChange={(event) => set("color", event.target.value === "cluster" ? "" : event.target.value, "replace")}
              className="h-9 rounded-lg border border-line bg-panel px-2 text-ink text-sm pointer-coarse:h-11"
            >
              {Object.entries(COLOR_WORDS).map(([value, words]) => (
                <option key={value} value={value}>
                  {words}
                </option>
              ))}
            </select>
          </label>
          <FilterButton open={filtersOpen} on={narrowed.length} onClick={() => setFiltersOpen(!filtersOpen)} />
          <p className="nums text-ink-soft text-sm" aria-live="polite">
            {narrowed.length > 0
              ? `${formatCount(nPassing)} of ${counted(map.n, "feature")} match`
              : counted(map.n, "feature")}
            {matches.found?.capped && `, the first ${formatCount(matches.found.features.size)} by words`}
          </p>
          <SameIn refs={others} hrefOf={(ref) => `/map?${withParam(params, "in", ref)}`} />
        </div>
        {problem && (
          <ErrorNote detail={problem.message} code={problem.code} requestId={problem.requestId} onRetry={retry} />
        )}
        {matches.problem && (
          <ErrorNote
            detail={matches.problem.message}
            code={matches.problem.code}
            requestId={matches.problem.requestId}
          />
        )}
        {drawable ? (
          <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
            <div className="min-w-0">
              <MapCanvas
                saeRef={saeRef}
                points={state.points}
                colors={colors}
                clusters={shownClusters}
                selected={chosen.features}
                nPassing={nPassing}
                // What was filtered out is drawn but cannot be chosen.
                onSelect={(features) => {
                  const kept = features.filter((f) => passes.has(f));
                  setChosen({ features: index ? bestFirst(index.columns, kept) : kept, name: null });
                }}
                onCluster={choose}
                onUnsupported={() => setDrawable(false)}
                busy={matches.busy || (!index && !problem)}
              />
              <div className="mt-2">
                {coloring && (
                  <Legend column={column} coloring={coloring} colors={colors} narrowed={narrowed.length > 0} />
                )}
              </div>
            </div>
            <div className="min-h-0 min-w-0 xl:h-[min(70dvh,46rem)] xl:[&>section]:h-full">
              <SelectionPanel
                saeRef={saeRef}
                features={chosen.features}
                name={chosen.name}
                onClear={() => setChosen({ features: [], name: null })}
                onCompare={(refs) => router.push(`/compare?${refs.map((ref) => `f=${ref}`).join("&")}`)}
              />
            </div>
          </div>
        ) : (
          <p className="rounded-xl border border-line bg-panel px-4 py-3 text-sm" role="status">
            This browser cannot draw the map (it needs WebGL). The same features stand below, by cluster.
          </p>
        )}
        <ClusterList
          saeRef={saeRef}
          clusters={map.clusters}
          members={state.members}
          onShow={
            drawable
              ? (cluster) => {
                  choose(cluster);
                  window.scrollTo({ top: 0 });
                }
              : undefined
          }
        />
      </div>
    </div>
  );
}
