"use client";
import { useSyncExternalStore } from "react";

/** Refs of the features that are starred, as far as they are known; shared by all marks of a page. */
let starred: ReadonlySet<string> = new Set();
const listeners = new Set<() => void>();

export function setStarred(refs: ReadonlySet<string>): void {
  starred = refs;
  for (const listener of listeners) listener();
}

export const starredNow = (): ReadonlySet<string> => starred;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether a feature is starred; it may change under the reader's hands. */
export function useStarred(ref: string): boolean {
  return useSyncExternalStore(
    subscribe,
    () => starred.has(ref),
    () => false,
  );
}
