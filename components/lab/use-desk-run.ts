"use client";
import { useRef, useState } from "react";
import type { Run } from "@/lib/runs/schema";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

/** A run that is over, with what was asked for. */
export interface Shown<State, Result> {
  run: Run;
  state: State;
  result: Result;
}

export interface Problem {
  detail: string;
  code?: string;
  requestId?: string;
}

interface Work<State> {
  /** The run that works or worked last; until the server named it, only what was asked. */
  run?: Run;
  state: State;
}

/** What went wrong, in words; `otherwise` where the error has none for a reader. */
export function problemOf(error: unknown, otherwise: string): Problem {
  if (!(error instanceof FetchProblem)) return { detail: otherwise };
  const { message, code, requestId } = error;
  return { detail: message, ...(code ? { code } : {}), ...(requestId ? { requestId } : {}) };
}

/** POST of a request that answers a run. @throws FetchProblem. */
export function postRun(path: string, request: unknown): Promise<Run> {
  const headers = { "content-type": "application/json" };
  return fetchJson<Run>(path, { method: "POST", headers, body: JSON.stringify(request) });
}

/**
 * Starts runs of a desk and keeps the last result until the next one is there; an answer to an older set-up is dropped.
 * @param send starts the run of a set-up.
 * @param failed what is said of a failure without words of its own.
 */
export function useDeskRun<State, Result>(send: (state: State) => Promise<Run>, failed: string) {
  const [work, setWork] = useState<Work<State>>();
  const [shown, setShown] = useState<Shown<State, Result>>();
  const [problem, setProblem] = useState<Problem>();
  const [cancelled, setCancelled] = useState(false);
  const asked = useRef(0);

  const start = async (state: State) => {
    const turn = ++asked.current;
    setWork({ state });
    setProblem(undefined);
    setCancelled(false);
    try {
      const run = await send(state);
      if (turn === asked.current) setWork({ run, state });
    } catch (error) {
      if (turn !== asked.current) return;
      setProblem(problemOf(error, failed));
      setWork(undefined);
    }
  };

  /** Called once the run has ended, with the run as it ended. */
  const ended = async (run: Run) => {
    const state = work?.state;
    if (!state || work.run?.id !== run.id) return;
    const turn = asked.current;
    if (run.state === "cancelled") setCancelled(true);
    if (run.state === "failed") setProblem(run.error ?? { detail: failed });
    if (run.state === "done") {
      try {
        const result = await fetchJson<Result>(`/api/v1/runs/${run.id}/result`);
        if (turn === asked.current) setShown({ run, state, result });
      } catch (error) {
        setProblem(problemOf(error, failed));
      }
    }
    if (turn === asked.current) setWork(undefined);
  };

  return { work, shown, problem, cancelled, start, ended };
}
