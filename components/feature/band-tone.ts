import type { BandId } from "@/lib/features/schema";

/** Where on the palette the colour of a band lies: the middle of its fifth of the range. */
export const BAND_TONE: Record<BandId, number> = { top: 1, b5: 0.9, b4: 0.7, b3: 0.5, b2: 0.3, b1: 0.12, miss: 0 };
