import { decodeCursor, encodeCursor } from "@/lib/core/cursor";
import { AppError } from "@/lib/core/errors";
import { db } from "@/lib/db/client";
import type { Run as Row } from "@/lib/db/generated/client";
import { type RunEvent, watchRun } from "@/lib/jobs/watch";
import type { Card } from "@/lib/share/cards/types";
import { runCard } from "./card";
import type { ListRunsQuery, Run } from "./schema";

/** A row as the interface shows it: no cursor, no claim, no result (which has an address of its own). */
export function toRun(row: Row): Run {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state as Run["state"],
    parentId: row.parentId,
    step: row.step,
    params: row.params,
    versions: row.versions as Run["versions"],
    seed: row.seed,
    progress: {
      stage: row.stage,
      done: row.done,
      total: row.total,
      rate: row.rate,
      etaMs: row.etaMs,
      message: row.message,
      metrics: row.metrics as Run["progress"]["metrics"],
    },
    timings: row.timings as Run["timings"],
    error: row.error as Run["error"],
    attempts: row.attempts,
    resultUrl: row.state === "done" ? `/api/v1/runs/${row.id}/result` : null,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

async function getRow(id: string): Promise<Row> {
  const row = await db().run.findUnique({ where: { id } });
  if (row) return row;
  throw new AppError("NOT_FOUND", `There is no run ${id}: see /api/v1/runs for those that exist.`);
}

/** @throws AppError NOT_FOUND. */
export async function getRun(id: string): Promise<Run> {
  return toRun(await getRow(id));
}

/**
 * The newest run of a kind that works on an SAE, or waits to; null when there is none.
 * @param names by which a run may call the SAE: its id and `<model>/<sae>`
 */
export async function findLiveRun(kind: string, names: readonly string[]): Promise<Run | null> {
  const run = await db().run.findFirst({
    where: {
      kind,
      state: { in: ["queued", "running"] },
      OR: names.map((equals) => ({ params: { path: ["saeId"], equals } })),
    },
    orderBy: { createdAt: "desc" },
  });
  return run && toRun(run);
}

/** @throws AppError NOT_FOUND, RUN_NOT_DONE. */
export async function getRunResult(id: string): Promise<unknown> {
  const row = await getRow(id);
  if (row.state === "done") return row.result;
  throw new AppError("RUN_NOT_DONE", `Run ${id} is ${row.state}: its result exists once it is done.`);
}

/** What the social card of a run shows. */
export async function getRunCard(run: Run): Promise<Card> {
  return runCard(run, run.state === "done" ? await getRunResult(run.id) : null);
}

/** A drag leaves one at every step: a list shows them only when they are asked for by their kind. */
const STEPS_OF_A_HAND = ["word"];

/** Runs, newest first, by keyset over (createdAt, id). */
export async function listRuns(query: ListRunsQuery): Promise<{ items: Run[]; nextCursor: string | null }> {
  const { limit, cursor, kind, state, parent } = query;
  const list = { kind, state, parent };
  const [at, id] = cursor ? decodeCursor(list, cursor) : [];
  const before =
    at && id ? { OR: [{ createdAt: { lt: new Date(at) } }, { createdAt: new Date(at), id: { lt: String(id) } }] } : {};
  const rows = await db().run.findMany({
    where: {
      kind: kind ? { in: kind } : { notIn: STEPS_OF_A_HAND },
      ...(state ? { state: { in: state } } : {}),
      ...(parent ? { parentId: parent === "none" ? null : parent } : {}),
      ...before,
    },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit + 1,
  });
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const nextCursor = rows.length > limit && last ? encodeCursor(list, [last.createdAt.toISOString(), last.id]) : null;
  return { items: page.map(toRun), nextCursor };
}

/**
 * Events of a run above number `after`, until it is over.
 * @throws AppError NOT_FOUND at once, before the first event.
 */
export async function openRunEvents(
  id: string,
  options: { after?: number; signal: AbortSignal },
): Promise<AsyncIterable<RunEvent>> {
  await getRow(id);
  return watchRun(id, options);
}
