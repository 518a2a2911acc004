import { explainJob, scoreJob } from "@/lib/autointerp/job";
import { chatJob } from "@/lib/chat/job";
import { ingestJob } from "@/lib/datasets/job";
import { demoJob, registerJob } from "@/lib/demo/job";
import { collectJob } from "@/lib/exemplars/job";
import { inspectJob, wordJob } from "@/lib/inspect/job";
import type { Job } from "@/lib/jobs/define";
import { mapJob } from "@/lib/map/job";
import { measureJob } from "@/lib/measure/job";
import { embedJob } from "@/lib/search/job";
import { searchJob, steerJob } from "@/lib/steering/job";
import { studyJob } from "@/lib/studies/job";
import { traceJob } from "@/lib/trace/job";
import { cacheJob, trainJob } from "@/lib/training/job";

/** Every kind of run that Fovea knows. Add a job here and its handler in workers/registry.ts. */
export const jobs: readonly Job[] = [
  ingestJob,
  cacheJob,
  trainJob,
  measureJob,
  collectJob,
  explainJob,
  scoreJob,
  mapJob,
  embedJob,
  registerJob,
  demoJob,
  chatJob,
  inspectJob,
  wordJob,
  steerJob,
  searchJob,
  traceJob,
  studyJob,
];

/** The job of that kind, or undefined. */
export function jobOf(kind: string): Job | undefined {
  return jobs.find((job) => job.name === kind);
}
