import type { ResolvedTrainConfig } from "@/lib/sae/config";
import type { Arena } from "@/lib/sae/train/arena";
import type { DenseOps } from "@/lib/sae/train/dense";
import type { Pool } from "@/lib/sae/train/pool";
import type { Levels, Scratch, TrainState } from "@/lib/sae/train/state";

/** What the parts of a training step share. */
export interface StepContext {
  config: ResolvedTrainConfig;
  levels: Levels;
  state: TrainState;
  scratch: Scratch;
  arena: Arena;
  pool: Pool;
  dense: DenseOps;
  floor: number; // lower bound of BatchTopK's cut that is likely to hold for the next batch, 0 while there is none
}
