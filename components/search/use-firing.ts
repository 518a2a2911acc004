"use client";
import { useEffect, useState } from "react";
import type { Hit } from "@/lib/search/schema";
import { FetchProblem, fetchJson } from "../ui/fetch-json";

export interface Firing {
  items: readonly Hit[];
  run: string;
}

/** How long typing must pause before the model is run. */
const DEBOUNCE_MS = 400;

/** Features that a text fires, found by running the model; `on` only when a reader asked for it. */
export function useFiring(text: string, sae: string | undefined, on: boolean) {
  const [state, setState] = useState<{ found?: Firing; problem?: FetchProblem; busy: boolean }>({ busy: false });
  useEffect(() => {
    if (!on || !sae || text.trim() === "") return setState({ busy: false });
    const abort = new AbortController();
    setState((old) => ({ ...old, busy: true }));
    const timer = setTimeout(() => {
      const headers = { "content-type": "application/json" };
      const body = JSON.stringify({ text: text.trim(), in: sae });
      fetchJson<Firing>("/api/v1/search/activation", { method: "POST", headers, body, signal: abort.signal }).then(
        (found) => setState({ found, busy: false }),
        (error: unknown) => {
          if (abort.signal.aborted) return;
          setState({
            problem: error instanceof FetchProblem ? error : new FetchProblem("The model did not answer."),
            busy: false,
          });
        },
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text, sae, on]);
  return state;
}
