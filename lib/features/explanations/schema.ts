import { z } from "zod";
import { contract } from "@/lib/core/contract";
import { geometrySchema } from "@/lib/samples/schema";
import { exemplarSchema, explanationSchema, featureParams } from "../schema";

const tag = "explanations";
const idParams = z.object({ id: z.string().max(40) });
/** Longest explanation that a person may write. */
export const MOST_LETTERS = 512;

const textBody = z.object({ text: z.string().trim().min(1, "An explanation needs words.").max(MOST_LETTERS) });

export const getExplanationContract = contract({
  method: "GET",
  path: "/explanations/{id}",
  summary: "One explanation with its scores and votes",
  tag,
  params: idParams,
  response: explanationSchema,
  errors: ["NOT_FOUND"],
});

export const writeExplanationContract = contract({
  method: "POST",
  path: "/features/{model}/{sae}/{index}/explanations",
  summary: "Write an explanation; it becomes the label unless another one is pinned",
  tag,
  status: 201,
  params: featureParams,
  body: textBody,
  response: explanationSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT"],
});

export const editExplanationContract = contract({
  method: "PUT",
  path: "/explanations/{id}",
  summary: "Edit an explanation that a person wrote; scores and votes were of the old words and are dropped",
  tag,
  params: idParams,
  body: textBody,
  response: explanationSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT"],
});

export const shownSchema = z
  .object({
    geometries: z.array(geometrySchema),
    aRef: z.number(),
    n: z.int().describe("samples it was shown; those that are no longer evidence are missing among the items"),
    items: z.array(
      z.object({
        exemplar: exemplarSchema,
        answers: z.array(z.object({ question: z.string(), answer: z.string() })),
      }),
    ),
  })
  .meta({ id: "ShownSamples" });
export type ShownSamples = z.infer<typeof shownSchema>;

export const shownContract = contract({
  method: "GET",
  path: "/explanations/{id}/shown",
  summary: "The samples that an explainer was shown for an explanation, with the answers given about them",
  tag,
  params: idParams,
  response: shownSchema,
  errors: ["NOT_FOUND"],
});

export const deleteExplanationContract = contract({
  method: "DELETE",
  path: "/explanations/{id}",
  summary: "Delete an explanation that a person wrote; answers it once more, so that it can be written again",
  tag,
  params: idParams,
  response: explanationSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT"],
});

export const voteContract = contract({
  method: "PUT",
  path: "/explanations/{id}/vote",
  summary: "Vote for or against an explanation, or take the vote back; one vote a browser or token",
  tag,
  params: idParams,
  body: z.object({ value: z.union([z.literal(1), z.literal(0), z.literal(-1)]) }),
  response: z.object({ votes: explanationSchema.shape.votes, own: z.int() }),
  errors: ["NOT_FOUND"],
});

export const ownVotesContract = contract({
  method: "GET",
  path: "/features/{model}/{sae}/{index}/votes",
  summary: "This browser's or token's own votes on the explanations of a feature",
  tag,
  cache: "none",
  params: featureParams,
  response: z.object({ own: z.record(z.string(), z.int()) }),
  errors: ["NOT_FOUND"],
});

export const pinLabelContract = contract({
  method: "PUT",
  path: "/explanations/{id}/label",
  summary: "Pin an explanation as the label of its feature",
  tag,
  params: idParams,
  body: z.object({ pinned: z.boolean().default(true) }),
  response: explanationSchema,
  errors: ["NOT_FOUND", "INVALID_INPUT"],
});
