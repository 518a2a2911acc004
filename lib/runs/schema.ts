import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { commaList, pageOf, pageQuerySchema } from "@/lib/core/paging";
import { problemSchema } from "@/lib/core/problem";

export const RUN_STATES = ["queued", "running", "done", "failed", "cancelled"] as const;
export const runStateSchema = z.enum(RUN_STATES);
export type RunState = z.infer<typeof runStateSchema>;

export const runSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    state: runStateSchema,
    parentId: z.string().nullable().describe("the run that this one is a step of"),
    step: z.string().nullable(),
    params: z.unknown(),
    versions: z.record(z.string(), z.string()).nullable(),
    seed: z.int(),
    progress: z.object({
      stage: z.string().nullable(),
      done: z.number(),
      total: z.number().nullable(),
      rate: z.number().nullable().describe("items per second"),
      etaMs: z.number().nullable(),
      message: z.string().nullable(),
      metrics: z.record(z.string(), z.number().nullable()).nullable(),
    }),
    timings: z.record(z.string(), z.number()).nullable().describe("milliseconds by stage"),
    error: problemSchema.nullable(),
    attempts: z.int(),
    resultUrl: z.string().nullable(),
    createdAt: z.iso.datetime(),
    startedAt: z.iso.datetime().nullable(),
    finishedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: "Run" });

export type Run = z.infer<typeof runSchema>;

const tag = "Runs";
const idParams = z.object({ id: z.string().max(40) });

export const listRunsQuerySchema = pageQuerySchema.extend({
  kind: commaList(z.string()).optional().describe("`word` is listed only when it is asked for"),
  state: commaList(runStateSchema).optional(),
  parent: z.string().optional().describe("steps of this run; `none`: only runs that are no steps"),
});
export type ListRunsQuery = z.infer<typeof listRunsQuerySchema>;

export const listRunsContract = contract({
  method: "GET",
  path: "/runs",
  summary: "Runs, newest first",
  tag,
  query: listRunsQuerySchema,
  response: pageOf(runSchema),
});

export const getRunContract = contract({
  method: "GET",
  path: "/runs/{id}",
  summary: "One run",
  tag,
  params: idParams,
  response: runSchema,
  errors: ["NOT_FOUND"],
});

export const getRunResultContract = contract({
  method: "GET",
  path: "/runs/{id}/result",
  summary: "The result of a run that is done",
  tag,
  params: idParams,
  response: z.unknown(),
  errors: ["NOT_FOUND", "RUN_NOT_DONE"],
});

export const watchRunContract = contract({
  method: "GET",
  path: "/runs/{id}/events",
  summary: "Progress, tokens and the end of a run as an event stream",
  tag,
  cache: "none",
  params: idParams,
  query: z.object({ after: z.coerce.number().int().min(0).optional().describe("like the header Last-Event-ID") }),
  produces: "text/event-stream",
  errors: ["NOT_FOUND"],
});

export const startRunContract = contract({
  method: "POST",
  path: "/runs",
  summary: "Start a run; with dryRun only check its parameters",
  tag,
  scope: "admin",
  status: 202,
  body: z.object({
    kind: z.string(),
    params: z.record(z.string(), z.unknown()).default({}),
    seed: z.int().min(0).max(0x7fffffff).default(0),
    dryRun: z.boolean().default(false),
  }),
  response: z.union([runSchema, z.object({ dryRun: z.literal(true), kind: z.string(), params: z.unknown() })]),
  errors: ["INVALID_INPUT"],
});

export const listRunKindsContract = contract({
  method: "GET",
  path: "/runs/kinds",
  summary: "Kinds of runs with the JSON schema of their parameters",
  tag,
  response: z.object({
    items: z.array(z.object({ kind: z.string(), summary: z.string(), lane: z.string(), params: z.unknown() })),
  }),
});

const control = { method: "POST", tag, scope: "admin", params: idParams, response: runSchema } as const;

export const cancelRunContract = contract({
  ...control,
  path: "/runs/{id}/cancel",
  summary: "Cancel a run and its steps",
  errors: ["NOT_FOUND", "RUN_FINISHED"],
});

export const retryRunContract = contract({
  ...control,
  path: "/runs/{id}/retry",
  summary: "Queue a failed or cancelled run again; it resumes at its cursor",
  errors: ["NOT_FOUND", "RUN_FINISHED", "IN_USE"],
});
