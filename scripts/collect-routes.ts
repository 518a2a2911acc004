import { readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Contract } from "../lib/core/contract";

export interface FoundRoute {
  file: string;
  /** Path that the file's folder stands for, in the contract's spelling: `/runs/{id}`. */
  path: string;
  method: string;
  /** Undefined: the method was not made by defineRoute. */
  contract: Contract | undefined;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** Every method of every route.ts below app/api/v1. */
export async function collectRoutes(folder = "app/api/v1"): Promise<FoundRoute[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /(^|\/)route\.ts$/.test(file),
  );
  const found: FoundRoute[] = [];
  for (const file of files.sort()) {
    const exported = (await import(pathToFileURL(resolve(join(folder, file))).href)) as Record<
      string,
      { contract?: Contract }
    >;
    const inner = dirname(file) === "." ? "" : dirname(file);
    const path = `/${inner.replace(/\[(?:\.\.\.)?(\w+)\]/g, "{$1}")}`;
    for (const method of METHODS.filter((name) => name in exported)) {
      found.push({ file: join(folder, file), path, method, contract: exported[method]?.contract });
    }
  }
  return found;
}
