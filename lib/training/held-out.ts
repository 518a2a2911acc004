import type { SplitRule } from "@/lib/activations/split";

/** Examples that training never sees; figures are stated on them. */
export const HELD_OUT: SplitRule = { seed: 1, share: 0.05 };
