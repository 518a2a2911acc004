"use client";
import { useEffect, useRef, useState } from "react";
import { isWordComplete, type WordState, wordRequest } from "@/lib/inspect/word/format";
import type { WordResult } from "@/lib/inspect/word/schema";
import type { Run } from "@/lib/runs/schema";
import { type Problem, problemOf } from "../lab/use-desk-run";
import { fetchJson } from "../ui/fetch-json";

/** Longest that one step is waited for, in seconds; what takes longer is asked for again. */
const PATIENCE_S = 30;
const FAILED = "The word could not be tried.";

/** A result with the request that it answers, as JSON. */
export interface Tried {
  key: string;
  result: WordResult;
}

/**
 * Tries the word of a set-up as it changes: one request at a time, and then the newest set-up, so that a drag is followed
 * without a queue. The last result stays until the next one is there.
 */
export function useWord(state: WordState) {
  const key = isWordComplete(state) ? JSON.stringify(wordRequest(state)) : "";
  const [tried, setTried] = useState<Tried>();
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const wanted = useRef("");
  const working = useRef(false);
  const follow = async () => {
    if (working.current) return;
    working.current = true;
    setBusy(true);
    for (let last = ""; wanted.current !== last && wanted.current !== ""; ) {
      const asked = wanted.current;
      last = asked;
      try {
        const result = await attempt(asked);
        setTried({ key: asked, result });
        setProblem(undefined);
      } catch (error) {
        if (asked === wanted.current) setProblem(problemOf(error, error instanceof Error ? error.message : FAILED));
      }
    }
    working.current = false;
    setBusy(false);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the request is all that matters
  useEffect(() => {
    wanted.current = key;
    setProblem(undefined);
    if (key) void follow();
  }, [key]);
  const retry = () => {
    setProblem(undefined);
    void follow();
  };
  // On a drag, numbers of the last place may stand beside the word at its next: they are a fraction of a second old.
  const alike = tried !== undefined && key !== "" && placeless(tried.key) === placeless(key);
  return { tried, problem, busy, retry, current: tried?.key === key, alike };
}

/** A request without the place of the sign. */
function placeless(key: string): string {
  const { x: _, y: __, ...rest } = JSON.parse(key) as { x: number; y: number };
  return JSON.stringify(rest);
}

/** One step. @throws FetchProblem, or Error with a sentence when the run failed or takes too long. */
async function attempt(body: string): Promise<WordResult> {
  const headers = { "content-type": "application/json", prefer: `wait=${PATIENCE_S}` };
  const answer = await fetchJson<Run | { run: Run; result: WordResult }>("/api/v1/inspect/word", {
    method: "POST",
    headers,
    body,
  });
  if ("result" in answer) return answer.result;
  const run = answer as Run;
  throw new Error(run.error?.detail ?? "The model is busy with something longer: try again in a moment.");
}
