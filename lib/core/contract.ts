import type { z } from "zod";

/** R read · W notes, votes, lists · C live compute · A everything. */
export type Scope = "read" | "write" | "compute" | "admin";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** How long an answer may be kept: `etag` = revalidate every time, `immutable` = the address holds a hash. */
export type CachePolicy = "etag" | "immutable" | "none";

/**
 * What one method of one path takes and answers. The route, its OpenAPI entry and the typed client are made from it.
 * `path` is below /api/v1 with parameters in braces: `/runs/{id}`. Query values arrive as strings: use z.coerce.
 */
export interface Contract<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType,
> {
  method: Method;
  path: `/${string}`;
  summary: string;
  tag: string;
  scope: Scope;
  cache: CachePolicy;
  /** Status of a good answer (200 by default). */
  status: number;
  params: P | undefined;
  query: Q | undefined;
  body: B | undefined;
  /** Undefined: the answer is not JSON; `produces` names its media type. */
  response: R | undefined;
  produces: string;
  /** Of an answer that writers change under If-Match: the version that its ETag begins with. */
  version: ((value: unknown) => number) | undefined;
  /** Error codes worth naming in the documentation, beyond the general ones. */
  errors: readonly string[];
}

type Given<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> = Pick<
  Contract,
  "method" | "path" | "summary" | "tag"
> &
  Partial<Omit<Contract<P, Q, B, R>, "method" | "path" | "summary" | "tag">>;

/** Fills in the defaults: a GET reads and is revalidated by ETag; anything else writes and is never stored. */
export function contract<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  given: Given<P, Q, B, R>,
): Contract<P, Q, B, R> {
  const reading = given.method === "GET";
  return {
    scope: reading ? "read" : "write",
    cache: reading ? "etag" : "none",
    status: 200,
    params: undefined,
    query: undefined,
    body: undefined,
    response: undefined,
    produces: "application/json",
    version: undefined,
    errors: [],
    ...given,
  };
}
