/** Hues of pinned features: apart under all three colour deficiencies in lightness or hue, and each with its own dashes. */
const PINS = [
  { color: "oklch(0.78 0.16 70)", dash: undefined },
  { color: "oklch(0.72 0.15 240)", dash: "7 3" },
  { color: "oklch(0.8 0.17 145)", dash: "2.5 2.5" },
  { color: "oklch(0.7 0.2 350)", dash: "9 3 2 3" },
  { color: "oklch(0.86 0.16 105)", dash: "4 4" },
  { color: "oklch(0.66 0.18 300)", dash: "1.5 3" },
] as const;

export interface PinLook {
  /** A to F, so that hue is never the only cue. */
  letter: string;
  color: string;
  dash: string | undefined;
}

/** Look of the pin in slot 0 to 5. */
export function pinLook(slot: number): PinLook {
  const at = slot % PINS.length;
  return { ...(PINS[at] as (typeof PINS)[number]), letter: "ABCDEF"[at] as string };
}
