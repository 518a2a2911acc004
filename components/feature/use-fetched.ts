"use client";
import { useEffect, useState } from "react";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

export interface Fetched<T> {
  data: T | undefined;
  busy: boolean;
  problem: FetchProblem | undefined;
  retry: () => void;
}

/** JSON of an address; what was there stays while the next one loads. Null asks for nothing yet. */
export function useFetched<T>(url: string | null): Fetched<T> {
  const [data, setData] = useState<T>();
  const [busy, setBusy] = useState(url !== null);
  const [problem, setProblem] = useState<FetchProblem>();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` asks again
  useEffect(() => {
    if (url === null) return;
    const controller = new AbortController();
    setBusy(true);
    fetchJson<T>(url, { signal: controller.signal })
      .then((loaded) => {
        setData(loaded);
        setProblem(undefined);
        setBusy(false);
      })
      .catch((error: unknown) => {
        if (controller.signal.aborted) return;
        setProblem(error instanceof FetchProblem ? error : new FetchProblem("This could not be loaded."));
        setBusy(false);
      });
    return () => controller.abort();
  }, [url, attempt]);
  return { data, busy, problem, retry: () => setAttempt(attempt + 1) };
}
