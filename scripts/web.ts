import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { env } from "../lib/core/env";
import { exited, startChild } from "./children";

const STAMP = ".next/fovea-sources";

/** Hash over everything that the web build is made from. */
function sourcesHash(): string {
  const hash = createHash("sha256");
  const files = ["app", "components", "lib", "public"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes(".test."))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const file of [...files, "package-lock.json", "next.config.ts", "postcss.config.mjs"].sort()) {
    hash.update(file).update(readFileSync(file));
  }
  return hash.digest("hex");
}

/** Builds the web app if its sources changed since the last build. Returns the seconds it took, 0 if it was up to date. */
export async function buildWeb(): Promise<number> {
  const sources = sourcesHash();
  if (existsSync(STAMP) && existsSync(".next/BUILD_ID") && readFileSync(STAMP, "utf8") === sources) return 0;
  const start = performance.now();
  const code = await exited(startChild("build", "npx", ["next", "build"], { NODE_ENV: "production" }));
  if (code !== 0) throw new Error("The web build failed; see logs/build.log in FOVEA_HOME.");
  writeFileSync(STAMP, sources);
  return (performance.now() - start) / 1000;
}

/** Serves the built web app and resolves once it answers. */
export async function serveWeb(port: number, databaseUrl: string): Promise<void> {
  const processes = env().WEB_PROCESSES ?? Math.min(4, availableParallelism());
  const child = startChild("web", process.execPath, ["scripts/web-server.mjs", String(port), String(processes)], {
    NODE_ENV: "production",
    DATABASE_URL: databaseUrl,
  });
  for (let i = 0; i < 300; i++) {
    if (child.exitCode !== null) break;
    const up = await fetch(`http://127.0.0.1:${port}/api/v1/health`).then(
      (r) => r.ok,
      () => false,
    );
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("The web server did not start; see logs/web.log in FOVEA_HOME.");
}
