import type { z } from "zod";
import { newId } from "@/lib/core/ids";
import { type Db, db } from "@/lib/db/client";
import type { Run } from "@/lib/db/generated/client";
import { json, jsonOrNull } from "@/lib/db/json";
import type { Job } from "./define";
import { appendEvent } from "./events";
import { ring } from "./queue";

export interface StartOptions {
  seed?: number;
  /** Versions of what goes in: `{ model, sae, corpus, code }`. */
  versions?: Record<string, string>;
  /** The run that this one is a step of. Equal (parentId, step) return the run that exists. */
  parent?: { id: string; step: string };
  /** Answer the newest run of equal parameters, versions and seed that is done or on its way, if there is one. */
  reuse?: boolean;
  /** Called before a new run is written: throws to refuse it. */
  before?: () => Promise<void>;
  /** Write inside this transaction. */
  tx?: Db;
}

/**
 * Writes the run's row and rings the queue, in one transaction.
 * @throws ZodError when the parameters do not fit the job.
 */
export async function startRun<S extends z.ZodType>(
  job: Job<S>,
  params: z.input<S>,
  options: StartOptions = {},
): Promise<Run> {
  const parsed = job.schema.parse(params);
  const write = async (tx: Db) => {
    const { parent } = options;
    if (parent) {
      const existing = await tx.run.findUnique({
        where: { parentId_step: { parentId: parent.id, step: parent.step } },
      });
      if (existing) return existing;
    }
    const equal = options.reuse ? await findEqual(tx, job.name, parsed, options) : null;
    if (equal) return equal;
    await options.before?.();
    const run = await tx.run.create({
      data: {
        id: newId("run"),
        kind: job.name,
        params: json(parsed),
        seed: options.seed ?? 0,
        versions: jsonOrNull(options.versions),
        parentId: parent?.id ?? null,
        step: parent?.step ?? null,
      },
    });
    await ring(tx, run);
    await appendEvent(tx, run.id, "progress", {
      state: "queued",
      stage: null,
      done: 0,
      total: null,
      rate: null,
      etaMs: null,
    });
    return run;
  };
  return options.tx ? write(options.tx) : db().$transaction(write);
}

function findEqual(tx: Db, kind: string, params: unknown, { versions, seed = 0 }: StartOptions): Promise<Run | null> {
  return tx.run.findFirst({
    where: {
      kind,
      seed,
      state: { in: ["queued", "running", "done"] },
      params: { equals: json(params) },
      versions: { equals: jsonOrNull(versions) },
    },
    orderBy: { createdAt: "desc" },
  });
}
