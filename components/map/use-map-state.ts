"use client";
import { useMemo } from "react";
import { type ColumnIndex, type Columns, NO_CLUSTER, type Selection } from "@/lib/features/columns/format";
import { readListQuery } from "@/lib/features/columns/query/format";
import { LIST_PARAMS, listQueryString } from "@/lib/features/list/format";
import { setUrlParams, useUrlQuery } from "../ui/url-params";
import { type ColorColumn, type Coloring, colorBy, readColorColumn } from "./coloring";
import type { Points } from "./scatter";
import { useMatches } from "./use-map-index";

/** Filters that only the server can answer; on a map the rest is answered beside them. */
const ON_SERVER = ["q", "mean", "nFiring"];

export interface MapState {
  params: URLSearchParams;
  narrowed: string[];
  column: ColorColumn;
  coloring: Coloring | undefined;
  points: Points | undefined;
  /** Features on the map that pass, in order of number. */
  passing: Uint32Array | undefined;
  members: ReadonlyMap<number, number[]> | undefined;
  selection: Selection | undefined;
  matches: ReturnType<typeof useMatches>;
  set: (name: string, value: string, history?: "push" | "replace") => void;
  reset: () => void;
}

/** What the address says of a map, and the points that follow from it. */
export function useMapState(saeRef: string, onServer: string, index: ColumnIndex | undefined): MapState {
  const whole = useUrlQuery(onServer);
  const params = useMemo(() => new URLSearchParams(whole), [whole]);
  const narrowed = LIST_PARAMS.filter((name) => name !== "sort" && params.get(name));
  const column = readColorColumn(params.get("color"));
  const list = listQueryString(Object.fromEntries([...params].filter(([name]) => name !== "sort")));
  const asks = ON_SERVER.some((name) => params.get(name)?.trim());
  const matches = useMatches(saeRef, list, asks);
  const selection = useMemo(() => {
    const own = new URLSearchParams(list);
    for (const name of ON_SERVER) own.delete(name);
    const asked = readListQuery(own);
    return index && asked ? index.select(asked.filters, asked.sort) : undefined;
  }, [index, list]);
  const passing = useMemo(() => {
    if (!index || !selection) return undefined;
    const kept = matches.found?.features;
    return selection.order.filter((i) => !Number.isNaN(index.columns.x[i]) && (!kept || kept.has(i)));
  }, [index, selection, matches.found]);
  const coloring = useMemo(() => (index ? colorBy(index.columns, column, index.maxValue) : undefined), [index, column]);
  const points = useMemo(
    () => (index && passing && coloring ? pointsOf(index, passing, coloring) : undefined),
    [index, passing, coloring],
  );
  const members = useMemo(() => (index && passing ? membersOf(index, passing) : undefined), [index, passing]);
  return {
    params,
    narrowed,
    column,
    coloring,
    points,
    passing,
    members,
    selection,
    matches,
    set: (name, value, history = "push") => setUrlParams({ [name]: value || null }, name === "q" ? "replace" : history),
    reset: () => setUrlParams(Object.fromEntries(LIST_PARAMS.map((name) => [name, null])), "push"),
  };
}

/** Points in the order of drawing: what does not pass lies below, in the first colour. */
function pointsOf({ columns }: ColumnIndex, passing: Uint32Array, { code }: Coloring): Points {
  const passes = new Uint8Array(columns.n);
  for (const i of passing) passes[i] = 1;
  const placed = Array.from({ length: columns.n }, (_, i) => i).filter((i) => !Number.isNaN(columns.x[i]));
  const features = Uint32Array.from([...placed.filter((i) => !passes[i]), ...passing]);
  return {
    features,
    x: Float32Array.from(features, (i) => columns.x[i] as number),
    y: Float32Array.from(features, (i) => columns.y[i] as number),
    color: Uint8Array.from(features, (i) => (passes[i] ? 1 + (code[i] as number) : 0)),
  };
}

function membersOf({ columns }: ColumnIndex, passing: Uint32Array): Map<number, number[]> {
  const members = new Map<number, number[]>();
  for (const i of passing) {
    const id = columns.cluster[i] as number;
    if (id === NO_CLUSTER) continue;
    const known = members.get(id);
    if (known) known.push(i);
    else members.set(id, [i]);
  }
  for (const list of members.values()) bestFirst(columns, list);
  return members;
}

/** Features in the order in which their labels passed the detection test, those without a score last; in place. */
export function bestFirst({ values }: Columns, features: number[]): number[] {
  const of = (i: number) => (Number.isNaN(values.detection[i]) ? -1 : (values.detection[i] as number));
  return features.sort((a, b) => of(b) - of(a) || a - b);
}
