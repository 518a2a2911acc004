import { timingSafeEqual } from "node:crypto";
import type { Scope } from "@/lib/core/contract";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { sha256 } from "@/lib/core/hash";

/**
 * Reading is open. With FOVEA_TOKEN set, everything else needs it (`Authorization: Bearer` or `x-api-key`); without it, a
 * browser may only write from this server's own pages, so that a foreign site cannot start runs behind somebody's back.
 * @throws AppError TOKEN_MISSING, TOKEN_INVALID, ORIGIN_MISMATCH.
 */
export function assertAccess(request: Request, scope: Scope): void {
  if (scope === "read") return;
  const token = env().FOVEA_TOKEN;
  const given =
    /^Bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? request.headers.get("x-api-key");
  if (token !== undefined) {
    if (!given) throw new AppError("TOKEN_MISSING", "Send the header `Authorization: Bearer <FOVEA_TOKEN>`.");
    if (!equal(given, token)) throw new AppError("TOKEN_INVALID", "The token is not the one in FOVEA_TOKEN.");
    return;
  }
  const origin = request.headers.get("origin");
  if (origin !== null && hostOf(origin) !== (request.headers.get("host") ?? new URL(request.url).host)) {
    throw new AppError("ORIGIN_MISMATCH", `Pages of ${origin.slice(0, 100)} may not write here.`);
  }
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** Same time for every wrong guess. */
function equal(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(a)), Buffer.from(sha256(b)));
}
