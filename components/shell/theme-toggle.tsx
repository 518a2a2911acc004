"use client";
import { useSyncExternalStore } from "react";

const NEXT: Record<string, string> = { system: "light", light: "dark", dark: "system" };

function subscribe(listener: () => void): () => void {
  window.addEventListener("storage", listener);
  return () => window.removeEventListener("storage", listener);
}

/** What was chosen on this device; the theme script of the document applies it. */
function chosen(): string {
  const theme = localStorage.getItem("theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}

function choose(theme: string): void {
  if (theme === "system") localStorage.removeItem("theme");
  else localStorage.setItem("theme", theme);
  // Browsers send this event to other windows only.
  window.dispatchEvent(new Event("storage"));
}

/** Light, dark, or as the system says. */
export function ThemeToggle() {
  const now = useSyncExternalStore(subscribe, chosen, () => "system");
  const next = NEXT[now] ?? "system";
  return (
    <button
      type="button"
      aria-label={`Theme: ${now}. Change to ${next}`}
      title={`Theme: ${now}`}
      onClick={() => choose(next)}
      className="grid size-9 place-items-center rounded-lg text-ink-soft hover:bg-sunken hover:text-ink pointer-coarse:size-11"
    >
      <svg
        viewBox="0 0 20 20"
        className="size-4.5"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        aria-hidden="true"
      >
        {now === "light" && (
          <>
            <circle cx="10" cy="10" r="3.6" />
            <path d="M10 1.8v2M10 16.2v2M1.8 10h2M16.2 10h2M4.2 4.2l1.4 1.4M14.4 14.4l1.4 1.4M4.2 15.8l1.4-1.4M14.4 5.6l1.4-1.4" />
          </>
        )}
        {now === "dark" && <path d="M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7z" strokeLinejoin="round" />}
        {now === "system" && (
          <>
            <circle cx="10" cy="10" r="7" />
            <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" stroke="none" />
          </>
        )}
      </svg>
    </button>
  );
}
