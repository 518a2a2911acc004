import { AppError } from "./errors";
import { canonicalJson, sha256 } from "./hash";

/**
 * Keyset cursors: opaque base64url JSON of the last row's sort keys, tied to the list (sort and filters) that made it.
 * @param list everything that decides order and membership, e.g. `{ sort, kind, q }`.
 */
export function encodeCursor(list: unknown, keys: readonly (string | number | null)[]): string {
  return Buffer.from(JSON.stringify({ l: tag(list), k: keys })).toString("base64url");
}

/** @throws AppError CURSOR_MISMATCH when the cursor is damaged or belongs to another sort or filter. */
export function decodeCursor(list: unknown, cursor: string): (string | number | null)[] {
  try {
    const { l, k } = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as { l: unknown; k: unknown };
    if (l === tag(list) && Array.isArray(k)) return k;
  } catch {
    // Falls through to the one error below: a damaged cursor and a foreign one need the same cure.
  }
  throw new AppError("CURSOR_MISMATCH", "Start again without `cursor`: it belongs to another sort or filter.");
}

function tag(list: unknown): string {
  return sha256(canonicalJson(list)).slice(0, 8);
}
