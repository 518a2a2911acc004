import type { Route } from "../../lib/api/define-route";
import { resetEnv } from "../../lib/core/env";

interface CallOptions {
  params?: Record<string, string>;
  method?: string;
  headers?: Record<string, string>;
  /** A string is sent as it is, anything else as JSON. */
  body?: unknown;
}

/** Calls a route handler the way Next does, without a server. `json` is undefined when the answer is not JSON. */
export async function answer(route: Route, path: string, options: CallOptions = {}) {
  const { params = {}, method = "GET", body, headers = {} } = options;
  const init: RequestInit = { method, headers: { host: "localhost", ...headers } };
  if (typeof body === "string") init.body = body;
  else if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { host: "localhost", "content-type": "application/json", ...headers };
  }
  const response = await route(new Request(`http://localhost/api/v1${path}`, init), {
    params: Promise.resolve(params),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { response, status: response.status, text, json: isJson && text !== "" ? JSON.parse(text) : undefined };
}

/** Environment variables for the rest of a test; without arguments back to none. */
export function resetEnvironment(changes: Record<string, string> = {}): void {
  delete process.env.FOVEA_TOKEN;
  Object.assign(process.env, changes);
  resetEnv();
}
