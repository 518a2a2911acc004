"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import type { FeaturePage, FeatureRow } from "@/lib/features/list/schema";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

export interface PagesState {
  rows: FeatureRow[];
  total: number;
  facets: FeaturePage["facets"];
  busy: boolean;
  problem: FetchProblem | undefined;
  /** Fetches the next page; does nothing while one is on its way or when there is none. */
  more: () => void;
  retry: () => void;
}

const DEBOUNCE_MS = 150;

/**
 * All pages of a list so far. When the query changes, the old rows stay until the new ones come; late answers to older
 * questions are dropped.
 * @param on false while the list comes from elsewhere.
 * @param holding further parameters, which decide what rows hold.
 */
export function useFeaturePages(
  ref: string,
  query: string,
  first: FeaturePage,
  firstQuery: string,
  on: boolean,
  holding: string,
): PagesState {
  const [page, setPage] = useState({
    rows: first.items,
    cursor: first.nextCursor,
    total: first.total,
    facets: first.facets,
  });
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<FetchProblem>();
  const [attempt, setAttempt] = useState(0);
  const answered = useRef(firstQuery);
  const loadingMore = useRef(false);

  const url = useCallback(
    (extra: string) => `/api/v1/features/${ref}?${query}${query ? "&" : ""}facets=kind,status${extra}${holding}`,
    [ref, query, holding],
  );

  useEffect(() => {
    // What stands here may have been asked for again before the answer to something else came.
    if (!on || (answered.current === query && attempt === 0)) return setBusy(false);
    const abort = new AbortController();
    setBusy(true);
    const timer = setTimeout(() => {
      fetchJson<FeaturePage>(url("&limit=50"), { signal: abort.signal })
        .then((loaded) => {
          answered.current = query;
          setPage({ rows: loaded.items, cursor: loaded.nextCursor, total: loaded.total, facets: loaded.facets });
          setProblem(undefined);
          setBusy(false);
        })
        .catch((error: unknown) => {
          if (abort.signal.aborted) return;
          setProblem(error instanceof FetchProblem ? error : new FetchProblem("The list could not be loaded."));
          setBusy(false);
        });
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, url, attempt, on]);

  const { cursor } = page;
  const more = useCallback(() => {
    if (!cursor || loadingMore.current) return;
    loadingMore.current = true;
    const of = query;
    fetchJson<FeaturePage>(url(`&limit=100&cursor=${cursor}`))
      .then((next) => {
        if (answered.current !== of) return;
        setPage((before) => ({ ...before, rows: [...before.rows, ...next.items], cursor: next.nextCursor }));
      })
      .catch((error: unknown) => setProblem(error instanceof FetchProblem ? error : undefined))
      .finally(() => {
        loadingMore.current = false;
      });
  }, [cursor, query, url]);

  return { ...page, busy, problem, more, retry: () => setAttempt(attempt + 1) };
}
