import { z } from "zod";

/**
 * Findings of arXiv 2411.14982 that the product finds again by itself, and claims of its own (`regions`), over test sets,
 * with intervals and controls.
 */
export const STUDIES = ["objects", "perception", "feelings", "senses", "map", "attribution", "regions"] as const;
export type StudyName = (typeof STUDIES)[number];

export const studyParamsSchema = z.object({
  name: z.enum(STUDIES),
  sae: z.string().optional().describe("`model/sae`; the first with exemplars when left out"),
  /** Prompts or features, each study's own measure; 0: its default. */
  n: z.int().min(0).default(0),
});
export type StudyParams = z.output<typeof studyParamsSchema>;

export const figureSchema = z.object({
  label: z.string(),
  value: z.number().nullable(),
  lo: z.number().nullable().default(null),
  hi: z.number().nullable().default(null),
  n: z.int(),
  control: z.number().nullable().default(null).describe("the same figure under the control"),
  unit: z.enum(["share", "correlation", "number", "seconds"]).default("share"),
});
export type Figure = z.input<typeof figureSchema>;

export const caseSchema = z.object({
  title: z.string(),
  ref: z.string().nullable().default(null).describe("the feature that it is about"),
  href: z.string().nullable().default(null).describe("the desk on which it can be done again"),
  image: z.string().nullable().default(null),
  question: z.string(),
  before: z.string(),
  after: z.string(),
  good: z.boolean().nullable().default(null),
});
export type Case = z.input<typeof caseSchema>;

export const studyResultSchema = z
  .object({
    name: z.enum(STUDIES),
    title: z.string(),
    about: z.string(),
    figures: z.array(figureSchema),
    cases: z.array(caseSchema),
    notes: z.array(z.string()),
  })
  .meta({ id: "StudyResult" });
export type StudyResult = z.input<typeof studyResultSchema>;
export type StudyShown = z.output<typeof studyResultSchema>;
