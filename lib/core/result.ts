/** An expected outcome as a value: `{ ok: true, value }` or `{ ok: false, reason }`. Surprises are thrown instead. */
export type Result<T, R extends string = string> = { ok: true; value: T } | { ok: false; reason: R };

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function fail<R extends string>(reason: R): { ok: false; reason: R } {
  return { ok: false, reason };
}

/** Ends a switch over a tagged union: a variant that was forgotten is a type error here. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected variant: ${JSON.stringify(value)}`);
}
