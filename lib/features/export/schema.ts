import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { filtersSchema } from "../list/schema";
import { atSchema, saeParams } from "../schema";

export const EXPORT_PARTS = ["features", "explanations", "exemplars"] as const;
export type ExportPart = (typeof EXPORT_PARTS)[number];

export const exportQuery = filtersSchema.extend({
  part: z.enum(EXPORT_PARTS).default("features"),
  format: z.enum(["jsonl", "csv"]).default("jsonl"),
  at: atSchema,
});

export const exportContract = contract({
  method: "GET",
  path: "/export/{model}/{sae}",
  summary:
    "Features that pass the filters, their explanations with scores and votes, or their exemplars, in order of number, as a gzip stream of JSON lines or CSV",
  tag: "export",
  cache: "none",
  params: saeParams,
  query: exportQuery,
  produces: "application/gzip",
  errors: ["NOT_FOUND", "INVALID_INPUT", "VERSION_GONE"],
});
