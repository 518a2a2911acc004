"use client";
import { useCallback, useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  window.addEventListener("storage", listener);
  return () => window.removeEventListener("storage", listener);
}

/** Writes a setting of this device; null forgets it. Whoever shows it hears of it, in this window too. */
export function keepSetting(name: string, value: string | null): void {
  if (value === null) localStorage.removeItem(name);
  else localStorage.setItem(name, value);
  // Browsers send this event to other windows only.
  window.dispatchEvent(new Event("storage"));
}

/** A setting of this device and its setter; null where nothing was chosen, and while the server draws. */
export function useDeviceSetting(name: string): [string | null, (value: string | null) => void] {
  const value = useSyncExternalStore(
    subscribe,
    () => localStorage.getItem(name),
    () => null,
  );
  const set = useCallback((next: string | null) => keepSetting(name, next), [name]);
  return [value, set];
}
