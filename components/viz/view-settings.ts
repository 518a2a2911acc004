"use client";
import { useEffect } from "react";
import { setUrlParams, useUrlParam } from "../ui/url-params";
import { OVERLAY_MODES, type OverlayMode } from "./paint";
import { PALETTES, type PaletteName } from "./palette";

/** How overlays are drawn. Every value lives in the address; what a person chose last is remembered on the device. */
export interface ViewSettings {
  overlay: OverlayMode;
  /** Threshold as a share of the feature's reference strength. */
  cut: number;
  opacity: number;
  gamma: number;
  palette: PaletteName;
  /** `auto`: colour and threshold run to the image's own peak, and every card says so. */
  contrast: "fixed" | "auto";
  /** Cells blended for the eye; every number is still by cell. */
  smooth: boolean;
}

export const VIEW_DEFAULTS = {
  overlay: "spot",
  cut: "0.1",
  op: "0.65",
  gamma: "0.7",
  pal: "cividis",
  contrast: "fixed",
  smooth: "0",
} as const;
type ViewParam = keyof typeof VIEW_DEFAULTS;

/** Device setting: how overlays are drawn where an address does not say. */
export const REMEMBERED = "fovea-view";

function number(text: string, lo: number, hi: number, fallback: string): number {
  const x = Number.parseFloat(text);
  return x >= lo && x <= hi ? x : Number(fallback);
}

function remember(name: ViewParam, value: string): void {
  const kept = JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") as Record<string, string>;
  if (value === VIEW_DEFAULTS[name]) delete kept[name];
  else kept[name] = value;
  localStorage.setItem(REMEMBERED, JSON.stringify(kept));
}

/**
 * The settings and a setter.
 * @param query the page's query as the server read it, so that hydration agrees with the first paint.
 */
export function useViewSettings(
  query: Record<string, string>,
): [ViewSettings, (name: ViewParam, value: string) => void] {
  const [overlay] = useUrlParam("overlay", VIEW_DEFAULTS.overlay, query.overlay, "replace");
  const [cut] = useUrlParam("cut", VIEW_DEFAULTS.cut, query.cut, "replace");
  const [op] = useUrlParam("op", VIEW_DEFAULTS.op, query.op, "replace");
  const [gamma] = useUrlParam("gamma", VIEW_DEFAULTS.gamma, query.gamma, "replace");
  const [pal] = useUrlParam("pal", VIEW_DEFAULTS.pal, query.pal, "replace");

  const [contrast] = useUrlParam("contrast", VIEW_DEFAULTS.contrast, query.contrast, "replace");
  const [smooth] = useUrlParam("smooth", VIEW_DEFAULTS.smooth, query.smooth, "replace");

  // Personal defaults are written into the address when they apply, so that a copied link looks the same to everyone.
  useEffect(() => {
    const kept = JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") as Record<string, string>;
    const given = new URLSearchParams(window.location.search);
    const missing = Object.entries(kept).filter(([name]) => name in VIEW_DEFAULTS && !given.has(name));
    if (missing.length > 0) setUrlParams(Object.fromEntries(missing));
  }, []);

  const set = (name: ViewParam, value: string) => {
    remember(name, value);
    setUrlParams({ [name]: value === VIEW_DEFAULTS[name] ? null : value });
  };
  const settings: ViewSettings = {
    overlay: OVERLAY_MODES.includes(overlay as OverlayMode) ? (overlay as OverlayMode) : "spot",
    cut: number(cut, 0, 1, VIEW_DEFAULTS.cut),
    opacity: number(op, 0, 1, VIEW_DEFAULTS.op),
    gamma: number(gamma, 0.3, 3, VIEW_DEFAULTS.gamma),
    palette: PALETTES.includes(pal as PaletteName) ? (pal as PaletteName) : "cividis",
    contrast: contrast === "auto" ? "auto" : "fixed",
    smooth: smooth === "1",
  };
  return [settings, set];
}
