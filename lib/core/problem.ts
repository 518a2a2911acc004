import { z } from "zod";
import { AppError, type ErrorCode, errorKind, isAppError } from "./errors";

/** RFC 9457 problem document: what an HTTP client or a run row says about an error. */
export const problemSchema = z
  .object({
    type: z.string().describe("`/docs/errors#<code>`"),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("one sentence that a user can act on"),
    code: z.string(),
    requestId: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: "Problem" });

export type Problem = z.infer<typeof problemSchema>;

/** Public words for any thrown value; an error nobody wrote for the public becomes INTERNAL and keeps its secrets. */
export function toProblem(error: unknown, requestId?: string): Problem {
  const known = isAppError(error) ? error : invalidInput(error);
  const code: ErrorCode = known?.code ?? "INTERNAL";
  return {
    type: `/docs/errors#${code}`,
    title: errorKind(code).title,
    status: known?.status ?? 500,
    detail:
      known?.message ?? "An unexpected error; the server's log has the details under the request id or the run's id.",
    code,
    ...(requestId === undefined ? {} : { requestId }),
    ...(known?.errors === undefined ? {} : { errors: known.errors }),
  };
}

/** INVALID_INPUT from a zod error, one line per field; undefined for anything else. */
export function invalidInput(error: unknown): AppError | undefined {
  if (!(error instanceof z.ZodError)) return undefined;
  const errors = error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  const said = errors.map((e) => (e.path ? `${e.path}: ${e.message}` : e.message)).join("; ");
  return new AppError("INVALID_INPUT", `Correct these fields and send the request again: ${said}.`, {
    errors,
    cause: error,
  });
}
