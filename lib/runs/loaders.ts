import { notFound } from "next/navigation";
import { cache } from "react";
import { isAppError } from "@/lib/core/errors";
import { getRun, getRunCard, listRuns } from "./data";
import { listRunsQuerySchema, type Run } from "./schema";

/** The runs page: newest first, without the steps of other runs. */
export const loadRuns = cache((): Promise<{ items: Run[]; nextCursor: string | null }> => {
  return listRuns(listRunsQuerySchema.parse({ parent: "none", limit: 50 }));
});

/** One run with its steps in order; the 404 page when there is none. */
export const loadRun = cache(async (id: string): Promise<{ run: Run; steps: Run[] }> => {
  try {
    const run = await getRun(id);
    const { items } = await listRuns(listRunsQuerySchema.parse({ parent: id, limit: 200 }));
    return { run, steps: items.reverse() };
  } catch (error) {
    if (isAppError(error) && error.code === "NOT_FOUND") notFound();
    throw error;
  }
});

/** The demo run while it works, or after it failed; null when there is nothing to watch. */
export const loadDemoRun = cache(async (): Promise<{ run: Run; steps: Run[] } | null> => {
  const { items } = await listRuns(listRunsQuerySchema.parse({ kind: "demo", parent: "none", limit: 1 }));
  const run = items[0];
  if (!run || run.state === "done" || run.state === "cancelled") return null;
  const steps = await listRuns(listRunsQuerySchema.parse({ parent: run.id, limit: 200 }));
  return { run, steps: steps.items.reverse() };
});

/** What the social card of a run shows. */
export const loadRunCard = cache(getRunCard);
