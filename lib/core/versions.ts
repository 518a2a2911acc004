import { AppError } from "./errors";

/**
 * @param allowed versions that the writer knew; undefined when it does not care.
 * @param what for the message: "the list".
 * @throws AppError CHANGED_MEANWHILE when the stored version is another one.
 */
export function assertVersion(allowed: readonly number[] | undefined, stored: number, what: string): void {
  if (allowed === undefined || allowed.includes(stored)) return;
  throw new AppError("CHANGED_MEANWHILE", `Somebody changed ${what} meanwhile: load it again, then repeat the change.`);
}
