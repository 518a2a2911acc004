"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { isLive } from "@/lib/runs/format";
import type { Run } from "@/lib/runs/schema";
import type { SteerRequest } from "@/lib/steering/request/format";
import type { SteeredToken, SteerResult, SteerTokenEvent } from "@/lib/steering/schema";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

export type Lanes = Readonly<Record<string, readonly SteeredToken[]>>;

export interface SteerState {
  /** What was asked; null before the first run. */
  asked: SteerRequest | null;
  run: Run | null;
  /** Tokens so far, by lane. */
  lanes: Lanes;
  result: SteerResult | null;
  problem: { detail: string; code?: string; requestId?: string } | null;
  /** From the click to the first token; of a run that is looked at later, as the worker measured it. */
  firstTokenMs: number | null;
  busy: boolean;
  /** The run whose events are read: a live one, or one that ended early, whose tokens are told again. */
  follows: string | null;
}

const NOTHING = { run: null, lanes: {}, result: null, problem: null, firstTokenMs: null, follows: null };
const POLL_MS = 2000;

/** A steering run: started, followed token by token, cancelled. Equal frames of a repeated attempt replace each other. */
export function useSteerRun(first: Partial<SteerState> = {}) {
  const [state, setState] = useState<SteerState>({ ...NOTHING, asked: null, busy: false, ...first });
  const clickedAt = useRef<number | null>(null);
  const id = state.follows;

  useEffect(() => {
    if (id === null) return;
    const patch = (change: (old: SteerState) => Partial<SteerState>) =>
      setState((old) => (old.run?.id === id ? { ...old, ...change(old) } : old));
    const source = new EventSource(`/api/v1/runs/${id}/events`);
    let waiting: SteerTokenEvent[] = [];
    let frame = 0;
    const flush = () => {
      frame = 0;
      const events = waiting;
      waiting = [];
      patch(({ lanes }) => ({ lanes: withTokens(lanes, events) }));
    };
    const end = async () => {
      source.close();
      const run = await fetchJson<Run>(`/api/v1/runs/${id}`).catch(() => null);
      if (run === null) {
        return patch(() => ({ busy: false, follows: null, problem: { detail: "The server did not answer." } }));
      }
      const result = run.state === "done" ? await fetchJson<SteerResult>(`/api/v1/runs/${id}/result`) : null;
      cancelAnimationFrame(frame);
      patch(({ lanes, firstTokenMs }) => ({
        ...{ run, result, busy: false, follows: null },
        ...{ lanes: result ? lanesOf(result) : withTokens(lanes, waiting) },
        firstTokenMs: firstTokenMs ?? result?.firstTokenMs ?? null,
        problem: run.state === "failed" ? run.error : null,
      }));
    };
    source.addEventListener("token", (event) => {
      waiting.push(JSON.parse((event as MessageEvent<string>).data) as SteerTokenEvent);
      const from = clickedAt.current;
      if (from !== null) {
        clickedAt.current = null;
        const firstTokenMs = performance.now() - from;
        patch(() => ({ firstTokenMs }));
      }
      frame ||= requestAnimationFrame(flush);
    });
    source.addEventListener("progress", (event) => {
      const { state: at, ...progress } = JSON.parse((event as MessageEvent<string>).data) as Run["progress"] & {
        state: Run["state"];
      };
      patch(({ run }) => ({
        run: run && { ...run, state: at ?? run.state, progress: { ...run.progress, ...progress } },
      }));
    });
    source.addEventListener("done", end);
    source.addEventListener("error", (event) => {
      // A problem document from the server has data; a broken connection has none, and EventSource comes back by itself.
      const { data } = event as MessageEvent<string>;
      if (data !== undefined && !(JSON.parse(data) as { retrying?: boolean } | null)?.retrying) void end();
    });
    const timer = setInterval(() => {
      if (source.readyState === EventSource.OPEN) return;
      const look = (run: Run) => {
        if (!isLive(run)) void end();
      };
      fetchJson<Run>(`/api/v1/runs/${id}`).then(look, () => {});
    }, POLL_MS);
    return () => {
      source.close();
      clearInterval(timer);
      cancelAnimationFrame(frame);
    };
  }, [id]);

  const cancel = useCallback(async () => {
    if (id === null) return;
    await fetchJson<Run>(`/api/v1/runs/${id}/cancel`, { method: "POST" }).then(
      (run) => setState((old) => (old.run?.id === id ? { ...old, run, busy: false } : old)),
      (error: unknown) => {
        // It ended just before: that is what was wanted.
        if (error instanceof FetchProblem && error.code === "RUN_FINISHED") return;
        setState((old) => (old.run?.id === id ? { ...old, problem: problemOf(error) } : old));
      },
    );
  }, [id]);

  /** Starts a run in place of the one that still works. Answers its id, or null when it was refused. */
  const start = async (request: SteerRequest): Promise<string | null> => {
    clickedAt.current = performance.now();
    void cancel();
    setState({ ...NOTHING, asked: request, busy: true });
    try {
      const headers = { "content-type": "application/json" };
      const run = await fetchJson<Run>("/api/v1/steer", { method: "POST", headers, body: JSON.stringify(request) });
      setState((old) => (old.asked === request ? { ...old, run, follows: run.id } : old));
      return run.id;
    } catch (error) {
      setState((old) => (old.asked === request ? { ...old, busy: false, problem: problemOf(error) } : old));
      return null;
    }
  };
  return { ...state, start, cancel };
}

/** All tokens of a result, by lane. */
export function lanesOf({ frames }: SteerResult): Lanes {
  return Object.fromEntries(frames.map(({ lane, tokens }) => [lane, tokens]));
}

function withTokens(lanes: Lanes, events: readonly SteerTokenEvent[]): Lanes {
  if (events.length === 0) return lanes;
  const next: Record<string, readonly SteeredToken[]> = { ...lanes };
  const fresh = new Set<string>();
  for (const { lane, i, ...token } of events) {
    const tokens = fresh.has(lane) ? (next[lane] as SteeredToken[]) : [...(next[lane] ?? [])];
    fresh.add(lane);
    tokens[i] = token;
    next[lane] = tokens;
  }
  return next;
}

function problemOf(error: unknown): NonNullable<SteerState["problem"]> {
  const { message, code, requestId } = error instanceof FetchProblem ? error : new FetchProblem("It did not start.");
  return { detail: message, ...(code ? { code } : {}), ...(requestId ? { requestId } : {}) };
}
