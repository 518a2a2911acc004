import type { Scope } from "@/lib/core/contract";
import { newId } from "@/lib/core/ids";
import { createLog } from "@/lib/core/log";
import { type Problem, toProblem } from "@/lib/core/problem";
import { assertAccess } from "./access";

const log = createLog("api");

/** A problem in the shape that OpenAI's clients read. */
export function openaiError({ status, detail, code, errors }: Problem) {
  return { error: { message: detail, type: typeOf(status), param: errors?.[0]?.path ?? null, code } };
}

function typeOf(status: number): string {
  const known: Record<number, string> = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
  };
  return known[status] ?? (status >= 500 ? "server_error" : "invalid_request_error");
}

/** A route of the OpenAI-compatible door: as `defineRoute`, with errors in OpenAI's shape and no contract of our own. */
export function openaiRoute<P>(scope: Scope, handle: (request: Request, params: P) => Promise<Response>) {
  return async (request: Request, context: { params: Promise<unknown> }): Promise<Response> => {
    const requestId = newId("request");
    try {
      assertAccess(request, scope);
      return await handle(request, (await context.params) as P);
    } catch (error) {
      const problem = toProblem(error, requestId);
      if (problem.status >= 500) log.error("request failed", { requestId, url: request.url, error });
      const headers = { "cache-control": "no-store", "x-request-id": requestId };
      return Response.json(openaiError(problem), { status: problem.status, headers });
    }
  };
}
