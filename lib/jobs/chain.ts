import { AppError } from "@/lib/core/errors";
import type { Problem } from "@/lib/core/problem";
import { db } from "@/lib/db/client";
import type { Job, JobContext, Outcome } from "./define";
import { done, waiting } from "./define";
import { startRun } from "./start";

export interface Step {
  /** Name of the step, unique within the run. */
  name: string;
  job: Job;
  /** Parameters, from the results of the steps before; undefined leaves the step out. */
  params: (results: Record<string, unknown>) => unknown;
}

/**
 * The handler of a run whose work is other runs, one after the other. Each call looks at the children's rows, starts the
 * next one if its turn has come, and waits; the child's end calls it again. So it survives any crash and holds no worker.
 * @returns waiting, or done with `{ [step]: result of its run }`.
 * @throws AppError of the step that failed or was cancelled.
 */
export async function runSteps(context: Pick<JobContext, "run" | "progress">, steps: Step[]): Promise<Outcome> {
  const { run } = context;
  const children = new Map(
    (await db().run.findMany({ where: { parentId: run.id } })).map((child) => [child.step, child]),
  );
  const results: Record<string, unknown> = {};
  const timings: Record<string, number> = {};
  for (const [i, step] of steps.entries()) {
    let child = children.get(step.name);
    if (!child) {
      const params = step.params(results);
      if (params === undefined) continue;
      child = await startRun(step.job, params, { parent: { id: run.id, step: step.name }, seed: run.seed });
    }
    if (child.state === "failed" || child.state === "cancelled") {
      const { detail } = (child.error ?? {}) as Partial<Problem>;
      const said = `Step ${step.name} ${child.state === "failed" ? "failed" : "was cancelled"}: ${detail ?? "see its run"}`;
      throw new AppError("STEP_FAILED", said, { status: 409 });
    }
    if (child.state !== "done") {
      context.progress({ stage: step.name, done: i, total: steps.length, timings });
      return waiting();
    }
    results[step.name] = child.result;
    timings[step.name] = (child.finishedAt?.getTime() ?? 0) - (child.startedAt?.getTime() ?? 0);
  }
  context.progress({ stage: "done", done: steps.length, total: steps.length, timings });
  return done(results);
}
