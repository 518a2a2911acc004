import type { FixSetup } from "@/lib/steering/fix/types";

/** Changes the set-up: a choice is a step of history, typing is not. */
export type SetFix = (changed: Partial<FixSetup>, history: "push" | "replace") => void;
