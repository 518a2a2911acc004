"use client";
import { useCallback, useEffect, useState } from "react";
import type { BlindOutcome, BlindTest } from "@/lib/autointerp/blind/types";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

export interface Tally {
  right: number;
  n: number;
}

/** Blind tests one after the other: the one that is asked, how it came out, and how many of this visit were right. */
export function useBlindTests(scope: string, shown: string) {
  const [test, setTest] = useState<BlindTest>();
  const [outcome, setOutcome] = useState<BlindOutcome>();
  const [busy, setBusy] = useState(true);
  const [problem, setProblem] = useState<FetchProblem>();
  const [tally, setTally] = useState<Tally>({ right: 0, n: 0 });
  const attempt = useCallback(async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(error instanceof FetchProblem ? error : new FetchProblem("It did not work."));
    } finally {
      setBusy(false);
    }
  }, []);
  const next = useCallback(
    () =>
      attempt(async () => {
        const query = new URLSearchParams({ in: scope, ...(shown === "top" ? {} : { shown }) });
        const found = await fetchJson<BlindTest>(`/api/v1/blind-tests/next?${query}`);
        setOutcome(undefined);
        setTest(found);
      }),
    [attempt, scope, shown],
  );
  useEffect(() => void next(), [next]);
  const answer = (choice: 0 | 1) => {
    if (!test || outcome || busy) return;
    void attempt(async () => {
      const found = await fetchJson<BlindOutcome>(`/api/v1/blind-tests/${test.id}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ choice }),
      });
      setOutcome(found);
      setTally(({ right, n }) => ({ right: right + (found.right ? 1 : 0), n: n + 1 }));
    });
  };
  return { test, outcome, busy, problem, tally, next, answer };
}
