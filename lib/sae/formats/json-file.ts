import { open, readFile, rename } from "node:fs/promises";
import { basename } from "node:path";
import type { z } from "zod";
import { unreadable } from "@/lib/sae/formats/tensor-file";

/** Strings are matched first, so that words within them stay. */
const BARE = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

/** Reads settings that Python may have written: bare NaN and Infinity are read as null. @throws AppError SAE_UNREADABLE */
export async function readJson(path: string, why: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((cause) => {
    throw unreadable(`${path} cannot be opened; ${why}`, cause);
  });
  try {
    return JSON.parse(text.replace(BARE, (found) => (found.startsWith('"') ? found : "null")));
  } catch (cause) {
    throw unreadable(`${path} is not valid JSON: ${(cause as Error).message}`, cause);
  }
}

/** Settings by a schema. @param as the format they are read as, for the message */
export function parseSettings<S extends z.ZodType>(schema: S, json: unknown, path: string, as: string): z.output<S> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw unreadable(`${basename(path)} (read as ${as}): ${issue?.path.join(".")}: ${issue?.message}`);
}

/** A notice of keys that nothing here uses. */
export function unknownKeys(config: object, known: ReadonlySet<string>, file: string): string[] {
  const unknown = Object.keys(config).filter((key) => !known.has(key));
  return unknown.length > 0 ? [`${file}: kept without using it: ${unknown.join(", ")}`] : [];
}

/** Writes a small text file so that readers see the old or the new one, never a part. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const handle = await open(`${path}.tmp`, "w");
  await handle.writeFile(`${JSON.stringify(value, null, 2)}\n`);
  await handle.sync();
  await handle.close();
  await rename(`${path}.tmp`, path);
}
