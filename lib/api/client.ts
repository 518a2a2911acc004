import type { z } from "zod";
import type { Contract } from "@/lib/core/contract";
import { type Problem, problemSchema } from "@/lib/core/problem";

/** An error answer of the server, with its problem document. */
export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = "ApiError";
  }
}

export interface CallOptions {
  /** Where the server is; the page's own origin by default. */
  baseUrl?: string;
  token?: string;
  signal?: AbortSignal;
  fetch?: typeof fetch;
}

interface CallInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  params?: z.input<P>;
  query?: z.input<Q>;
  body?: z.input<B>;
}

/** Address of a call, below the server's origin: `/api/v1/runs?state=running`. */
export function addressOf(contract: Pick<Contract, "path">, input: { params?: unknown; query?: unknown } = {}): string {
  const params = (input.params ?? {}) as Record<string, string | number>;
  const path = contract.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries((input.query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== null) query.set(key, String(value));
  }
  const search = query.size > 0 ? `?${query}` : "";
  return `/api/v1${path === "/" ? "" : path}${search}`;
}

/**
 * Calls a route by its contract, typed on both ends; the answer is checked against the contract's schema.
 * @throws ApiError with the problem document; TypeError when the server cannot be reached.
 */
export async function call<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  contract: Contract<P, Q, B, R>,
  input: CallInput<P, Q, B> = {},
  options: CallOptions = {},
): Promise<z.output<R>> {
  const response = await (options.fetch ?? fetch)(`${options.baseUrl ?? ""}${addressOf(contract, input)}`, {
    method: contract.method,
    headers: {
      ...(input.body === undefined ? {} : { "content-type": "application/json" }),
      ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
    },
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (!response.ok) throw new ApiError(await problemOf(response));
  return contract.response?.parse(await response.json()) as z.output<R>;
}

async function problemOf(response: Response): Promise<Problem> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const detail = `The server answered with status ${response.status}.`;
  return { type: "about:blank", title: response.statusText, status: response.status, detail, code: "INTERNAL" };
}
