import { printQuery } from "@/lib/core/format";

/** A query with one parameter set, or without it. */
export function withParam(query: URLSearchParams, name: string, value: string): string {
  const changed = new URLSearchParams(query);
  if (value) changed.set(name, value);
  else changed.delete(name);
  return printQuery(changed);
}
