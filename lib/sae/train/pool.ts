import { Worker } from "node:worker_threads";
import type { Arena } from "@/lib/sae/train/arena";
import { type KernelName, type Kernels, PLAIN_KERNELS, type StepParams } from "@/lib/sae/train/kernels";
import { simdKernels } from "@/lib/sae/train/simd/kernels";
import type { Scratch, TrainState } from "@/lib/sae/train/state";

/** What a worker thread is told: where the shared arrays are, or which kernel to run on which blocks. */
export type PoolMessage =
  | { type: "memory"; state: TrainState; scratch: Scratch; memory: WebAssembly.Memory | null }
  | { type: "run"; kernel: KernelName; blocks: number; params: StepParams };

/** The kernels for arrays of this memory, or of none. */
export function kernelsFor(memory: WebAssembly.Memory | null): Kernels {
  return memory ? simdKernels(memory) : PLAIN_KERNELS;
}

/** Runs kernels over blocks, on worker threads that take the next free block from a shared counter. */
export interface Pool {
  run(kernel: KernelName, blocks: number, params: StepParams): Promise<void>;
  /** Hands the (possibly replaced) shared arrays to the threads. */
  share(): void;
  close(): Promise<void>;
}

/** Takes blocks until none is left. */
export function drain(
  kernel: Kernels[KernelName],
  blocks: number,
  state: TrainState,
  scratch: Scratch,
  params: StepParams,
): void {
  for (let block = Atomics.add(scratch.cursor, 0, 1); block < blocks; block = Atomics.add(scratch.cursor, 0, 1)) {
    kernel(block, state, scratch, params);
  }
}

/** A pool of `threads` workers; with 0 the kernels run on the calling thread. Results do not depend on the number. */
export async function createPool(
  threads: number,
  state: TrainState,
  scratch: Scratch,
  { memory }: Pick<Arena, "memory">,
): Promise<Pool> {
  if (threads <= 0) return inlinePool(state, scratch, kernelsFor(memory));
  const workers = Array.from({ length: threads }, startWorker);
  const broadcast = (message: PoolMessage) => {
    for (const worker of workers) worker.postMessage(message);
  };
  const share = () => broadcast({ type: "memory", state, scratch, memory });
  share();
  return {
    share,
    async run(kernel, blocks, params) {
      Atomics.store(scratch.cursor, 0, 0);
      const done = Promise.all(workers.map(answer));
      broadcast({ type: "run", kernel, blocks, params });
      await done;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

function inlinePool(state: TrainState, scratch: Scratch, kernels: Kernels): Pool {
  return {
    share() {},
    async run(kernel, blocks, params) {
      Atomics.store(scratch.cursor, 0, 0);
      drain(kernels[kernel], blocks, state, scratch, params);
    },
    async close() {},
  };
}

/** Resolves at the worker's next message, rejects when it fails or exits before. */
function answer(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (code: number) => settle(() => reject(new Error(`training thread exited with code ${code}`)));
    const fail = (error: unknown) => settle(() => reject(error));
    const done = () => settle(resolve);
    const settle = (finish: () => void) => {
      worker.off("message", done).off("error", fail).off("exit", stop);
      finish();
    };
    worker.on("message", done).on("error", fail).on("exit", stop);
  });
}

function startWorker(): Worker {
  const worker = new Worker(new URL("./worker-boot.mjs", import.meta.url), { execArgv: [] });
  worker.unref();
  return worker;
}
