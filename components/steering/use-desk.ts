"use client";
import { useCallback, useEffect, useRef, useState } from "react";
import { parseDesk, printDesk } from "@/lib/steering/desk/format";
import type { Desk } from "@/lib/steering/desk/types";

/** Sliders and texts write their address at most this often; changes of one control within a second are one step back. */
const WRITE_MS = 200;
const SAME_STEP_MS = 1000;

/** What is worth a step back; the rest replaces the address in place. */
const STEPS: readonly (keyof Desk)[] = ["model", "features", "image", "turns"];

/** @param control names what is moved, so that a drag of a slider is one step and not fifty. */
export type ChangeDesk = (patch: Partial<Desk>, control?: string) => void;

/**
 * The desk, kept in the address: back and forward undo and redo.
 * @param query the address as the server read it, so that hydration agrees with the first paint.
 */
export function useDesk(query: string): [Desk, ChangeDesk, notices: string[]] {
  const [{ desk, notices }, setState] = useState(() => read(query));
  const now = useRef(desk);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef({ control: "", at: 0 });

  // The address may be newer than what the server read: after back, or when a link leads from the desk to the desk.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new query from the server is a new address
  useEffect(() => {
    const sync = () => {
      clearTimeout(timer.current);
      const there = read(window.location.search);
      now.current = there.desk;
      setState(there);
    };
    if (printDesk(now.current) !== printDesk(read(window.location.search).desk)) sync();
    window.addEventListener("popstate", sync);
    return () => {
      clearTimeout(timer.current);
      window.removeEventListener("popstate", sync);
    };
  }, [query]);

  const change = useCallback<ChangeDesk>((patch, control = "") => {
    now.current = { ...now.current, ...patch };
    setState({ desk: now.current, notices: [] });
    const at = performance.now();
    const moves = control !== "" && last.current.control === control && at - last.current.at < SAME_STEP_MS;
    last.current = { control, at };
    if (STEPS.some((name) => name in patch) && !moves) {
      clearTimeout(timer.current);
      write(now.current, "push");
    } else {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => write(now.current, "replace"), WRITE_MS);
    }
  }, []);
  return [desk, change, notices];
}

function read(query: string): { desk: Desk; notices: string[] } {
  const notices: string[] = [];
  return { desk: parseDesk(new URLSearchParams(query), notices), notices };
}

function write(desk: Desk, history: "push" | "replace"): void {
  const query = printDesk(desk, new URLSearchParams(window.location.search));
  const url = `${window.location.pathname}${query ? `?${query}` : ""}`;
  if (history === "push") window.history.pushState(null, "", url);
  else window.history.replaceState(null, "", url);
}
