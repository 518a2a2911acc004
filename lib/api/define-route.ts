import type { z } from "zod";
import type { Contract } from "@/lib/core/contract";
import { AppError, isAppError } from "@/lib/core/errors";
import { sha256 } from "@/lib/core/hash";
import { newId } from "@/lib/core/ids";
import { createLog } from "@/lib/core/log";
import { toProblem } from "@/lib/core/problem";
import { assertAccess } from "./access";
import { personOf } from "./person";

const log = createLog("api");

/** Largest JSON body in bytes. */
const BODY_LIMIT = 2 * 1024 * 1024;

type Out<S extends z.ZodType> = z.output<S>;

export interface RouteInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  params: Out<P>;
  query: Out<Q>;
  body: Out<B>;
  request: Request;
  requestId: string;
  /** Who asks: the same string for the same token or browser. */
  person: string;
}

/** What Next calls for one method of one path, with the contract attached for the OpenAPI document. */
export interface Route {
  (request: Request, context: { params: Promise<unknown> }): Promise<Response>;
  contract: Contract;
}

/**
 * Makes a route handler from its contract: checks access, parses what comes in, runs `handle`, parses what goes out, adds
 * an ETag, and turns anything thrown into a problem document. `handle` may also return a Response (streams, bytes).
 */
export function defineRoute<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  contract: Contract<P, Q, B, R>,
  handle: (input: RouteInput<P, Q, B>) => Promise<z.input<R> | Response> | z.input<R> | Response,
): Route {
  const route = async (request: Request, context: { params: Promise<unknown> }): Promise<Response> => {
    const requestId = newId("request");
    try {
      assertAccess(request, contract.scope);
      const query = Object.fromEntries(new URL(request.url).searchParams);
      const person = personOf(request);
      const answer = await handle({
        params: contract.params?.parse(await context.params) as Out<P>,
        query: contract.query?.parse(query) as Out<Q>,
        body: (contract.body ? contract.body.parse(await readBody(request)) : undefined) as Out<B>,
        request,
        requestId,
        person: person.id,
      });
      if (answer instanceof Response) return answer;
      const response = respond(request, contract, contract.response?.parse(answer));
      if (person.cookie && contract.method !== "GET") response.headers.append("set-cookie", person.cookie);
      return response;
    } catch (error) {
      return problemResponse(error, requestId, request);
    }
  };
  return Object.assign(route, { contract: contract as unknown as Contract });
}

/** The JSON of a request; {} when there is none. @throws AppError TOO_LARGE, UNSUPPORTED_MEDIA, INVALID_INPUT. */
export async function readBody(request: Request, limit = BODY_LIMIT): Promise<unknown> {
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > limit) throw new AppError("TOO_LARGE", `Send at most ${limit / 1024 / 1024} MB of JSON.`);
  if (bytes.byteLength === 0) return {};
  if (!request.headers.get("content-type")?.includes("application/json")) {
    throw new AppError("UNSUPPORTED_MEDIA", "Send JSON with `Content-Type: application/json`.");
  }
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new AppError("INVALID_INPUT", "The body is not JSON: check its quotes and commas.", { cause });
  }
}

const CACHE_CONTROL = {
  etag: "public, no-cache",
  immutable: "public, max-age=31536000, immutable",
  none: "no-store",
} as const;

function respond(request: Request, contract: Contract, value: unknown): Response {
  const text = JSON.stringify(value ?? null);
  const headers = new Headers({ "content-type": "application/json", "cache-control": CACHE_CONTROL[contract.cache] });
  if (contract.method === "GET") headers.set("access-control-allow-origin", "*");
  if (contract.cache === "etag") {
    // A version in front lets a writer say which one it changed (If-Match), whatever else of the answer moved on since.
    const version = contract.version?.(value);
    const etag = `"${version === undefined ? "" : `${version}.`}${sha256(text).slice(0, 20)}"`;
    headers.set("etag", etag);
    // A proxy may weaken the tag; the comparison for a conditional GET is the weak one.
    const known = request.headers
      .get("if-none-match")
      ?.split(",")
      .map((tag) => tag.trim().replace(/^W\//, ""));
    if (known?.includes(etag) || known?.includes("*")) return new Response(null, { status: 304, headers });
  }
  return new Response(text, { status: contract.status, headers });
}

function problemResponse(error: unknown, requestId: string, request: Request): Response {
  const problem = toProblem(error, requestId);
  if (problem.status >= 500)
    log.error("request failed", { requestId, method: request.method, url: request.url, error });
  else if (!isAppError(error)) log.info("request refused", { requestId, code: problem.code });
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "access-control-allow-origin": "*",
    },
  });
}
