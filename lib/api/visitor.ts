import { randomBytes } from "node:crypto";
import { sha256 } from "@/lib/core/hash";

const COOKIE = "fovea-visitor";
const YEAR_S = 365 * 24 * 3600;

export interface Visitor {
  /** Names a browser or a token; not a person's name. */
  id: string;
  /** Header to send where the visitor is new. */
  cookie: string | undefined;
}

/** Who asks: the token that came with the request, else the browser, which is given a random name on its first visit. */
export function visitorOf(request: Request): Visitor {
  const token = request.headers.get("authorization") ?? request.headers.get("x-api-key");
  if (token) return { id: `t-${sha256(token).slice(0, 16)}`, cookie: undefined };
  const known = new RegExp(`(?:^|; )${COOKIE}=([0-9a-f]{32})`).exec(request.headers.get("cookie") ?? "")?.[1];
  if (known) return { id: `b-${known}`, cookie: undefined };
  const fresh = randomBytes(16).toString("hex");
  return { id: `b-${fresh}`, cookie: `${COOKIE}=${fresh}; Path=/; Max-Age=${YEAR_S}; HttpOnly; SameSite=Strict` };
}

/** A JSON answer to a visitor. */
export function answerVisitor({ cookie }: Visitor, value: unknown, status = 200): Response {
  const headers = new Headers({ "cache-control": "no-store" });
  if (cookie) headers.set("set-cookie", cookie);
  return Response.json(value, { status, headers });
}

/** The version that a writer read, from `If-Match`; undefined without one. */
export function ifMatch(request: Request): number | undefined {
  const text = request.headers.get("if-match")?.replace(/^W\//, "").replaceAll('"', "");
  return text && /^\d+$/.test(text) ? Number(text) : undefined;
}
