"use client";
import { useEffect, useState } from "react";
import { ColumnIndex, parseColumns } from "@/lib/features/columns/format";
import type { FeaturePage } from "@/lib/features/list/schema";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

/** Matches of words that are looked up; a filter by words that keeps more is too wide to be read as points. */
const MOST_MATCHES = 2000;
const PAGE = 200;
const DEBOUNCE_MS = 200;

export interface MapIndex {
  index: ColumnIndex | undefined;
  problem: FetchProblem | undefined;
  retry: () => void;
}

/** The columns of an SAE with the places of its features. */
export function useMapIndex(saeRef: string): MapIndex {
  const [index, setIndex] = useState<ColumnIndex>();
  const [problem, setProblem] = useState<FetchProblem>();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt asks again
  useEffect(() => {
    const abort = new AbortController();
    setProblem(undefined);
    readIndex(saeRef, abort.signal).then(setIndex, (error: unknown) => {
      if (abort.signal.aborted) return;
      setProblem(
        error instanceof FetchProblem ? error : new FetchProblem("The places of the features did not arrive."),
      );
    });
    return () => abort.abort();
  }, [saeRef, attempt]);
  return { index, problem, retry: () => setAttempt(attempt + 1) };
}

async function readIndex(saeRef: string, signal: AbortSignal): Promise<ColumnIndex> {
  const response = await fetch(`/api/v1/saes/${saeRef}/columns`, { signal });
  if (!response.ok || !response.body) {
    const problem = await response.json().catch(() => undefined);
    throw new FetchProblem(
      problem?.detail ?? `The server answered ${response.status}.`,
      problem?.code,
      problem?.requestId,
    );
  }
  const file = response.body.pipeThrough(new DecompressionStream("gzip"));
  return new ColumnIndex(parseColumns(await new Response(file).arrayBuffer()));
}

/** Features that the server finds by words or by columns that the index has not; undefined without such a filter. */
export function useMatches(saeRef: string, query: string, asks: boolean) {
  const [found, setFound] = useState<{ query: string; features: ReadonlySet<number>; capped: boolean }>();
  const [problem, setProblem] = useState<FetchProblem>();
  useEffect(() => {
    if (!asks) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      readMatches(saeRef, query, abort.signal).then(
        (matches) => {
          setFound({ query, ...matches });
          setProblem(undefined);
        },
        (error: unknown) => {
          if (!abort.signal.aborted && error instanceof FetchProblem) setProblem(error);
        },
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [saeRef, query, asks]);
  return asks ? { found, busy: found?.query !== query && !problem, problem } : { busy: false };
}

async function readMatches(saeRef: string, query: string, signal: AbortSignal) {
  const features = new Set<number>();
  let cursor: string | null = "";
  while (cursor !== null && features.size < MOST_MATCHES) {
    const after: string = cursor ? `&cursor=${cursor}` : "";
    const page: FeaturePage = await fetchJson(`/api/v1/features/${saeRef}?${query}&limit=${PAGE}${after}`, { signal });
    for (const { index } of page.items) features.add(index);
    cursor = page.nextCursor;
  }
  return { features, capped: cursor !== null };
}
