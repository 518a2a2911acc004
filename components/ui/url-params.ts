"use client";
import { useCallback, useSyncExternalStore } from "react";
import { printQuery } from "@/lib/core/format";

/**
 * View state in the address, without a router round trip: reads are live, sliders write at most every 200 ms
 * (`replace`), choices make a history entry (`push`). Unknown parameters are kept.
 */
const WRITE_MS = 200;

/** A parameter's value; several values repeat it, null removes it. */
type ParamValue = string | readonly string[] | null;

const pending = new Map<string, ParamValue>();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

function notify(): void {
  for (const listener of listeners) listener();
}

function onPop(): void {
  pending.clear();
  notify();
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener("popstate", onPop);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener("popstate", onPop);
  };
}

function read(name: string): string | null {
  const waiting = pending.get(name);
  if (Array.isArray(waiting)) return waiting[0] ?? null;
  return waiting !== undefined ? (waiting as string | null) : new URLSearchParams(window.location.search).get(name);
}

/** The address's parameters with what waits to be written. */
function merged(): URLSearchParams {
  const params = new URLSearchParams(window.location.search);
  for (const [name, value] of pending) {
    if (typeof value === "string") params.set(name, value);
    else {
      params.delete(name);
      for (const one of value ?? []) params.append(name, one);
    }
  }
  return params;
}

function write(history: "push" | "replace"): void {
  clearTimeout(timer);
  timer = undefined;
  const params = merged();
  pending.clear();
  const query = printQuery(params);
  const url = `${window.location.pathname}${query ? `?${query}` : ""}${window.location.hash}`;
  if (history === "push") window.history.pushState(null, "", url);
  else window.history.replaceState(null, "", url);
}

/** Sets parameters; null removes one (a parameter at its default is left out). */
export function setUrlParams(values: Record<string, ParamValue>, history: "push" | "replace" = "replace"): void {
  for (const [name, value] of Object.entries(values)) pending.set(name, value);
  if (history === "push") write("push");
  else timer ??= setTimeout(() => write("replace"), WRITE_MS);
  notify();
}

/**
 * One parameter and its setter.
 * @param fallback value when the parameter is absent; setting it removes the parameter.
 * @param onServer value while rendering on the server and hydrating (what the page read from its query).
 */
export function useUrlParam(
  name: string,
  fallback: string,
  onServer: string | undefined,
  history: "push" | "replace",
): [string, (value: string) => void] {
  const value = useSyncExternalStore(
    subscribe,
    () => read(name) ?? fallback,
    () => onServer ?? fallback,
  );
  const set = useCallback(
    (next: string) => setUrlParams({ [name]: next === fallback ? null : next }, history),
    [name, fallback, history],
  );
  return [value, set];
}

/** The whole query string, for lists whose every parameter matters. */
export function useUrlQuery(onServer: string): string {
  return useSyncExternalStore(
    subscribe,
    () => {
      return merged().toString();
    },
    () => onServer,
  );
}
