"use client";
import { useEffect, useRef, useState } from "react";
import type { SearchResult } from "@/lib/search/schema";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

const DEBOUNCE_MS = 150;

export interface SearchState {
  result: SearchResult;
  busy: boolean;
  problem: FetchProblem | undefined;
  more: () => void;
  retry: () => void;
}

/**
 * Results that follow the query as it is typed: old ones stay while new ones load, late answers are dropped.
 * @param firstQuery what `first` answers; null when it answers nothing.
 * @param on false while the answer comes from elsewhere.
 */
export function useSearch(query: string, first: SearchResult, firstQuery: string | null, on: boolean): SearchState {
  const [result, setResult] = useState(first);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<FetchProblem>();
  const [attempt, setAttempt] = useState(0);
  const answered = useRef(firstQuery);

  useEffect(() => {
    // What stands here may have been asked for again before the answer to something else came.
    if (!on || (answered.current === query && attempt === 0)) return setBusy(false);
    const abort = new AbortController();
    setBusy(true);
    const timer = setTimeout(() => {
      fetchJson<SearchResult>(`/api/v1/search?${query}`, { signal: abort.signal }).then(
        (found) => {
          answered.current = query;
          setResult(found);
          setProblem(undefined);
          setBusy(false);
        },
        (error: unknown) => {
          if (abort.signal.aborted) return;
          setProblem(error instanceof FetchProblem ? error : new FetchProblem("The search failed."));
          setBusy(false);
        },
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, attempt, on]);

  const more = () => {
    const { nextCursor } = result;
    if (!nextCursor) return;
    fetchJson<SearchResult>(`/api/v1/search?${query}&cursor=${nextCursor}`).then(
      (next) =>
        answered.current === query &&
        setResult({ ...result, items: [...result.items, ...next.items], nextCursor: next.nextCursor }),
      (error: unknown) => setProblem(error instanceof FetchProblem ? error : undefined),
    );
  };
  return { result, busy, problem, more, retry: () => setAttempt(attempt + 1) };
}
