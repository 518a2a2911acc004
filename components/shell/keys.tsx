"use client";
import { lazy, Suspense, useEffect, useState } from "react";
import { KEYS_OFF } from "./keys-off";

const Palette = lazy(() => import("./palette").then((m) => ({ default: m.Palette })));

const SEQUENCE_MS = 1200;

function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input:not([type=range]):not([type=checkbox]), textarea, select"))
  );
}

function press(key: string): boolean {
  // A page's own controls come before the header's: `g m` on a list leads to the map of that list.
  const own = document.querySelectorAll<HTMLElement>("main [data-key]");
  for (const element of [...own, ...document.querySelectorAll<HTMLElement>("[data-key]")]) {
    if (!element.dataset.key?.split(" ").includes(key)) continue;
    if (element instanceof HTMLInputElement && element.type !== "button") element.focus();
    else element.click();
    return true;
  }
  return false;
}

/** Hides the overlays of the picture under the pointer or focus while Space is held. */
function peek(event: KeyboardEvent): void {
  const root = document.documentElement;
  if (event.type === "keyup") delete root.dataset.clean;
  else if (document.querySelector(".picture:hover, .picture:focus-within")) {
    root.dataset.clean = "";
    event.preventDefault();
  }
}

/**
 * The keyboard of every page. A control takes a key by carrying `data-key` (one or more, separated by spaces) and says
 * what it does in `data-key-label`; pressing the key clicks the first such control. So a page's keys are exactly
 * its controls, and the help dialog can list them from the document. `gh` is g, then h.
 */
export function Keys() {
  const [commands, setCommands] = useState(false);
  useEffect(() => {
    let wentAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && typing(event.target)) (event.target as HTMLElement).blur();
      const chord = event.ctrlKey || event.metaKey;
      const asksForCommands = chord && event.key === "k";
      if ((typing(event.target) && !asksForCommands) || event.defaultPrevented) return;
      if (document.querySelector("dialog[open]")) return;
      if (event.key === " ") return peek(event);
      if (event.type === "keyup") return;
      if (asksForCommands) {
        event.preventDefault();
        setCommands(true);
        return;
      }
      if (chord || event.altKey || localStorage.getItem(KEYS_OFF)) return;
      const follows = event.timeStamp - wentAt < SEQUENCE_MS;
      wentAt = Number.NEGATIVE_INFINITY;
      if (follows && press(`g${event.key}`)) return;
      if (event.key === "g") wentAt = event.timeStamp;
      else if (press(event.key)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    window.addEventListener("keyup", onKey);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("keyup", onKey);
    };
  }, []);
  if (!commands) return null;
  return (
    <Suspense>
      <Palette onClose={() => setCommands(false)} />
    </Suspense>
  );
}
