import { cache } from "react";
import { getRunResult, listRuns } from "@/lib/runs/data";
import { listRunsQuerySchema, type Run } from "@/lib/runs/schema";
import { STUDIES, type StudyName, type StudyShown, studyResultSchema } from "./schema";

/** The last result of every study that was done, in the order in which they are told. */
export const loadStudies = cache(
  async (): Promise<{ name: StudyName; run: Run | null; result: StudyShown | null }[]> => {
    const { items } = await listRuns(listRunsQuerySchema.parse({ kind: "study", state: "done", limit: 200 }));
    return Promise.all(
      STUDIES.map(async (name) => {
        const run = items.find(({ params }) => (params as { name?: string }).name === name) ?? null;
        const result = run && studyResultSchema.safeParse(await getRunResult(run.id));
        return { name, run, result: result?.data ?? null };
      }),
    );
  },
);

/** What a run of a study found; null while it works, and when it found nothing. */
export async function loadStudyRun(run: Run): Promise<StudyShown | null> {
  return studyResultSchema.safeParse(await getRunResult(run.id)).data ?? null;
}
