"use client";
import { useRef, useState } from "react";
import type { Run } from "@/lib/runs/schema";
import { type DeskState, requestOf } from "@/lib/trace/desk/format";
import type { TraceResult } from "@/lib/trace/schema";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

/** A trace that is over, with what was asked for. */
export interface Shown {
  run: Run;
  state: DeskState;
  result: TraceResult;
}

export interface Problem {
  detail: string;
  code?: string;
  requestId?: string;
}

interface Work {
  /** The run that works or worked last; until the server named it, only what was asked. */
  run?: Run;
  state: DeskState;
}

export function problemOf(error: unknown): Problem {
  if (!(error instanceof FetchProblem)) return { detail: "The trace failed." };
  const { message, code, requestId } = error;
  return { detail: message, ...(code ? { code } : {}), ...(requestId ? { requestId } : {}) };
}

/** Starts traces and keeps the last result until the next one is there; an answer to an older question is dropped. */
export function useTrace() {
  const [work, setWork] = useState<Work>();
  const [shown, setShown] = useState<Shown>();
  const [problem, setProblem] = useState<Problem>();
  const [cancelled, setCancelled] = useState(false);
  const asked = useRef(0);

  const start = async (state: DeskState) => {
    const turn = ++asked.current;
    setWork({ state });
    setProblem(undefined);
    setCancelled(false);
    try {
      const body = JSON.stringify(requestOf(state));
      const headers = { "content-type": "application/json" };
      const run = await fetchJson<Run>("/api/v1/trace", { method: "POST", headers, body });
      if (turn === asked.current) setWork({ run, state });
    } catch (error) {
      if (turn !== asked.current) return;
      setProblem(problemOf(error));
      setWork(undefined);
    }
  };

  /** Called once the run has ended, with the run as it ended. */
  const ended = async (run: Run) => {
    const state = work?.state;
    if (!state || work.run?.id !== run.id) return;
    const turn = asked.current;
    if (run.state === "cancelled") setCancelled(true);
    if (run.state === "failed") setProblem(run.error ?? { detail: "The trace failed." });
    if (run.state === "done") {
      try {
        const result = await fetchJson<TraceResult>(`/api/v1/runs/${run.id}/result`);
        if (turn === asked.current) setShown({ run, state, result });
      } catch (error) {
        setProblem(problemOf(error));
      }
    }
    if (turn === asked.current) setWork(undefined);
  };

  return { work, shown, problem, cancelled, start, ended };
}
