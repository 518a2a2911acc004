import { parentPort } from "node:worker_threads";
import { drain, type PoolMessage } from "@/lib/sae/train/pool";
import type { Scratch, TrainState } from "@/lib/sae/train/state";

/** Body of a training thread: keeps the shared arrays and runs the kernel it is told to. */
let state: TrainState | undefined;
let scratch: Scratch | undefined;

parentPort?.on("message", (message: PoolMessage) => {
  if (message.type === "memory") {
    ({ state, scratch } = message);
    return;
  }
  if (!state || !scratch) throw new Error("training thread was asked to work before it got its memory");
  drain(message.kernel, message.blocks, state, scratch, message.params);
  parentPort?.postMessage("done");
});
