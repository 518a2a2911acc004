"use client";
import { useSyncExternalStore } from "react";
import { paletteTable } from "../viz/palette";
import { type Coloring, HUES, STEPS } from "./coloring";

/**
 * Hues of categories: Paul Tol's "bright" scheme, apart under all three colour deficiencies and on light and dark ground.
 * The seventh is the grey of what has no value or shares none of the six.
 */
const BRIGHT = ["#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377"];
const GREY = { light: "#9aa0a8", dark: "#7d838c" } as const;
/** What does not pass the filters stays as a hint of where the rest lies. */
const FAINT = { light: "#e3e6ea", dark: "#2b2f36" } as const;

export type Theme = "light" | "dark";

/** Colours of the codes of a colouring in order, "none" last; before them the one of what does not pass. */
export function pointColors(coloring: Coloring, theme: Theme): string[] {
  const values = coloring.none === STEPS ? steps(theme) : BRIGHT.slice(0, HUES);
  return [FAINT[theme], ...values, GREY[theme]];
}

/** Cividis without the end that the ground would swallow. */
function steps(theme: Theme): string[] {
  const table = paletteTable("cividis");
  const [from, to] = theme === "dark" ? [70, 255] : [0, 215];
  return Array.from({ length: STEPS }, (_, i) => {
    const at = 3 * Math.round(from + ((to - from) * i) / (STEPS - 1));
    return `#${[0, 1, 2].map((c) => (table[at + c] as number).toString(16).padStart(2, "0")).join("")}`;
  });
}

function watchTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["class"] });
  return () => observer.disconnect();
}

/** The theme that the page is in now; a canvas has to be told. */
export function useTheme(): Theme {
  return useSyncExternalStore(
    watchTheme,
    () => (document.documentElement.classList.contains("dark") ? "dark" : "light"),
    () => "light",
  );
}
