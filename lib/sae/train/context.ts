import type { ResolvedTrainConfig } from "@/lib/sae/config";
import type { DenseOps } from "@/lib/sae/train/dense";
import type { Pool } from "@/lib/sae/train/pool";
import type { Scratch, TrainState } from "@/lib/sae/train/state";

/** What the parts of a training step share. */
export interface StepContext {
  config: ResolvedTrainConfig;
  state: TrainState;
  scratch: Scratch;
  pool: Pool;
  dense: DenseOps;
}
