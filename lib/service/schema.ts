import { z } from "zod";
import { contract } from "@/lib/core/contract";

const workersSchema = z.object({ interactive: z.int(), batch: z.int() }).describe("live worker processes by lane");

export const healthSchema = z
  .object({
    status: z
      .enum(["ok", "starting", "degraded"])
      .describe("starting: no features yet; degraded: database or a lane is down"),
    ready: z.boolean().describe("features can be browsed"),
    version: z.string(),
    database: z.enum(["up", "down"]),
    workers: workersSchema,
    model: z.string().nullable().describe("slug of the first model"),
    features: z.int().describe("live features of all SAEs"),
  })
  .meta({ id: "Health" });
export type Health = z.infer<typeof healthSchema>;

export const healthContract = contract({
  method: "GET",
  path: "/health",
  summary: "Is it up, and can features be browsed?",
  tag: "Service",
  cache: "none",
  response: healthSchema,
});

export const serviceSchema = z
  .object({
    name: z.literal("fovea"),
    version: z.string(),
    accessMode: z.enum(["open", "read"]).describe("read: writing and computing need a token"),
    lanes: workersSchema,
    limits: z.record(z.string(), z.number()),
    explainers: z.array(z.string()),
    scorers: z.array(z.string()),
    openapiUrl: z.string(),
  })
  .meta({ id: "Service" });
export type Service = z.infer<typeof serviceSchema>;

export const serviceContract = contract({
  method: "GET",
  path: "/",
  summary: "What this server is and what limits are in force",
  tag: "Service",
  response: serviceSchema,
});

export const openapiContract = contract({
  method: "GET",
  path: "/openapi.json",
  summary: "This contract, as OpenAPI 3.1",
  tag: "Service",
  response: z.unknown(),
});
