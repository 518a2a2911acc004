import { parentPort } from "node:worker_threads";
import type { Kernels } from "@/lib/sae/train/kernels";
import { drain, kernelsFor, type PoolMessage } from "@/lib/sae/train/pool";
import type { Scratch, TrainState } from "@/lib/sae/train/state";

/** Body of a training thread: keeps the shared arrays and runs the kernel it is told to. */
let state: TrainState | undefined;
let scratch: Scratch | undefined;
let kernels: Kernels | undefined;

parentPort?.on("message", (message: PoolMessage) => {
  if (message.type === "memory") {
    ({ state, scratch } = message);
    kernels ??= kernelsFor(message.memory); // arrays may be replaced, but stay in the same memory
    return;
  }
  if (!state || !scratch || !kernels) throw new Error("training thread was asked to work before it got its memory");
  drain(kernels[message.kernel], message.blocks, state, scratch, message.params);
  parentPort?.postMessage("done");
});
