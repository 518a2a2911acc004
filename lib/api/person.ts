import { randomBytes } from "node:crypto";
import { sha256 } from "@/lib/core/hash";

const COOKIE = "fovea_person";
const YEAR_S = 31_536_000;

/** Who votes, tests and explains: not a name, only the same one again. */
export interface Person {
  /** A hash of the token, or of the random number in the browser's cookie: neither can be read back from it. */
  id: string;
  /** Header `Set-Cookie` for a browser that has no number yet. */
  cookie: string | undefined;
}

/** The person behind a request: one per token, else one per browser. */
export function personOf(request: Request): Person {
  const { headers } = request;
  const token = /^Bearer (.+)$/i.exec(headers.get("authorization") ?? "")?.[1] ?? headers.get("x-api-key");
  if (token) return { id: hashed("token", token), cookie: undefined };
  const known = /(?:^|;\s*)fovea_person=([A-Za-z0-9_-]{22})(?:;|$)/.exec(headers.get("cookie") ?? "")?.[1];
  if (known) return { id: hashed("browser", known), cookie: undefined };
  const fresh = randomBytes(16).toString("base64url");
  const secure = (headers.get("x-forwarded-proto") ?? new URL(request.url).protocol).startsWith("https");
  const cookie = `${COOKIE}=${fresh}; Path=/; Max-Age=${YEAR_S}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
  return { id: hashed("browser", fresh), cookie };
}

function hashed(kind: "token" | "browser", secret: string): string {
  return sha256(`${kind}:${secret}`).slice(0, 24);
}
