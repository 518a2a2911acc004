import { mkdirSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { AppError } from "./errors";

const MIN_NODE = [20, 19] as const;
const MIN_FREE_BYTES = 1024 ** 3;

/** @throws AppError ENVIRONMENT when this Node is older than 20.19. */
export function assertNode(version = process.versions.node): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return;
  throw new AppError(
    "ENVIRONMENT",
    `This is Node ${version}: Fovea needs Node ${MIN_NODE.join(".")} or newer (https://nodejs.org).`,
  );
}

/** @throws AppError ENVIRONMENT when something already listens on the port. */
export async function assertPortFree(port: number): Promise<void> {
  const code = await new Promise<string | undefined>((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
    server.listen(port, () => server.close(() => resolve(undefined)));
  });
  if (code === "EADDRINUSE")
    throw new AppError(
      "ENVIRONMENT",
      `Port ${port} is in use: stop what listens there, or choose another with PORT=3001.`,
    );
  if (code === "EACCES")
    throw new AppError("ENVIRONMENT", `Port ${port} needs special rights: choose one above 1023 with PORT=3000.`);
}

/** Makes the folder. @throws AppError ENVIRONMENT when it cannot be written or its disk has less than 1 GB left. */
export function assertDiskSpace(folder: string, freeBytes?: number): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new AppError("ENVIRONMENT", `${folder} cannot be made: choose a folder you may write to with FOVEA_HOME.`, {
      cause,
    });
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = freeBytes ?? bavail * bsize;
  if (free >= MIN_FREE_BYTES) return;
  const mb = Math.floor(free / 1024 ** 2);
  throw new AppError(
    "ENVIRONMENT",
    `Only ${mb} MB are left on the disk of ${folder}: free 1 GB, or choose another disk with FOVEA_HOME.`,
  );
}
