import type { ExplainerName } from "@/lib/autointerp/schema";

/** Versions of the explainers' prompts and rules: a change of these changes the number, and explanations of another stay beside. */
export const VERSIONS = {
  captions: "captions-2",
  self: "self-3",
  paper: "paper-1",
  pipeline: "pipeline-2",
  endpoint: "endpoint-1",
} as const satisfies Record<ExplainerName, string>;

/** The endpoint's where its model knows only short questions, and where its labels are checked and mended. */
export const ENDPOINT_SELF = `${VERSIONS.endpoint.replace(/-\d+$/, "")}-${VERSIONS.self}`;
export const ENDPOINT_REFINED = `${VERSIONS.endpoint}-refined-1`;
