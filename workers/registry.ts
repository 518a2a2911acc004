import { explainJob, scoreJob } from "@/lib/autointerp/job";
import { chatJob } from "@/lib/chat/job";
import { ingestJob } from "@/lib/datasets/job";
import { demoJob, registerJob } from "@/lib/demo/job";
import { collectJob } from "@/lib/exemplars/job";
import { inspectJob, wordJob } from "@/lib/inspect/job";
import { createRegistry, on } from "@/lib/jobs/registry";
import { mapJob } from "@/lib/map/job";
import { measureJob } from "@/lib/measure/job";
import { jobs } from "@/lib/runs/kinds";
import { embedJob } from "@/lib/search/job";
import { searchJob, steerJob } from "@/lib/steering/job";
import { studyJob } from "@/lib/studies/job";
import { traceJob } from "@/lib/trace/job";
import { cacheJob, trainJob } from "@/lib/training/job";

/** Every job has exactly one handler. Handlers load on first use, so a worker starts without the model runtime. */
export const registry = createRegistry(
  [
    on(ingestJob, async () => (await import("./handlers/dataset-ingest")).handleIngest, {
      discard: async (run) => (await import("./handlers/dataset-ingest")).discardIngest(run),
    }),
    on(cacheJob, async () => (await import("./handlers/activations-cache")).handleCache, {
      discard: async (run) => (await import("./handlers/activations-cache")).discardCache(run),
    }),
    on(trainJob, async () => (await import("./handlers/sae-train")).handleTrain, {
      discard: async (run) => (await import("./handlers/sae-train")).discardTrain(run),
    }),
    on(measureJob, async () => (await import("./handlers/sae-measure")).handleMeasure),
    on(collectJob, async () => (await import("./handlers/exemplars-collect")).handleCollect),
    on(explainJob, async () => (await import("./handlers/autointerp-explain")).handleExplain),
    on(embedJob, async () => (await import("./handlers/search-embed")).handleEmbed),
    on(mapJob, async () => (await import("./handlers/map-layout")).handleMap),
    on(registerJob, async () => (await import("./handlers/demo")).handleRegister),
    on(demoJob, async () => (await import("./handlers/demo")).handleDemo),
    on(chatJob, async () => (await import("./handlers/chat-answer")).handleChat),
    on(inspectJob, async () => (await import("./handlers/inspect-run")).handleInspect),
    on(wordJob, async () => (await import("./handlers/inspect-word")).handleWord),
    on(steerJob, async () => (await import("./handlers/steer-run")).handleSteer),
    on(searchJob, async () => (await import("./handlers/steer-search")).handleSearch),
    on(studyJob, async () => (await import("./handlers/study")).handleStudy),
    on(traceJob, async () => (await import("./handlers/trace-run")).handleTrace),
    on(scoreJob, async () => (await import("./handlers/autointerp-score")).handleScore),
  ],
  jobs,
);
