import type { ResolvedTrainConfig } from "@/lib/sae/config";

/**
 * Learning rate at optimiser step t of `steps`: linear warm-up (t + 1) / warmupSteps, constant, then linear to 0 over
 * the last `decayShare`. Counted in optimiser steps, never micro-batches, so that a run always ends near rate 0.
 */
export function learningRate(config: ResolvedTrainConfig, step: number): number {
  const { steps, warmupSteps, lr } = config;
  const decayStart = Math.floor(steps * (1 - config.decayShare));
  // dictionary_learning's first update has rate 0; replays need that.
  const done = config.compat === "dictionary_learning" ? step : step + 1;
  if (step < warmupSteps) return lr * (done / warmupSteps);
  if (step >= decayStart && config.decayShare > 0) return lr * ((steps - step) / (steps - decayStart));
  return lr;
}
