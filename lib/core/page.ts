import { notFound } from "next/navigation";
import { isAppError } from "./errors";

/** Query parameters as a page gets them; of a repeated one the first counts. */
export type PageQuery = Record<string, string | string[] | undefined>;

/** The same as plain strings. */
export function flatQuery(query: PageQuery): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) {
    const one = Array.isArray(value) ? value[0] : value;
    if (one !== undefined) flat[name] = one;
  }
  return flat;
}

/** Turns NOT_FOUND into the not-found page; other errors go on. */
export async function orNotFound<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (isAppError(error) && error.code === "NOT_FOUND") notFound();
    throw error;
  }
}
