import { AppError } from "@/lib/core/errors";

/** Fields of the OpenAI interface that would change the answer in a way that Fovea does not do, unless they say so. */
const HARMLESS: Record<string, (value: unknown) => boolean> = {
  tools: isEmpty,
  functions: isEmpty,
  tool_choice: (value) => value === "none",
  function_call: (value) => value === "none",
  response_format: (value) => (value as { type?: unknown }).type === "text",
  n: (value) => value === 1,
  logit_bias: (value) => typeof value === "object" && Object.keys(value as object).length === 0,
  presence_penalty: (value) => value === 0,
  frequency_penalty: (value) => value === 0,
  audio: () => false,
  modalities: (value) => Array.isArray(value) && value.every((kind) => kind === "text"),
  web_search_options: () => false,
};

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** @throws AppError INVALID_INPUT (400) that names the first field that asks for what Fovea does not do. */
export function refuseUnsupported(body: Record<string, unknown>): void {
  for (const [field, harmless] of Object.entries(HARMLESS)) {
    const value = body[field];
    if (value === undefined || value === null || harmless(value)) continue;
    const message = `Fovea does not offer "${field}" with this value: leave it out.`;
    throw new AppError("INVALID_INPUT", message, { errors: [{ path: field, message }] });
  }
}
