import type { ViewSettings } from "./view-settings";

/** How everything that fires is shown on the desks: by heat, every cell, on the feature's own scale. */
export const HEAT: ViewSettings = {
  overlay: "heat",
  cut: 0,
  opacity: 0.75,
  gamma: 0.8,
  palette: "inferno",
  contrast: "fixed",
  smooth: false,
};
