import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { AppError, isAppError } from "@/lib/core/errors";
import type { HubFile } from "@/lib/model/hub/api";

/** How a download goes: bytes of one file; `listing` has no size. A file's last report is `done`. */
export interface HubProgress {
  doing: "listing" | "downloading" | "checking" | "done";
  path: string;
  done: number;
  size: number;
}

export type ReportProgress = (progress: HubProgress) => void;

/**
 * Fetches a file to `target` unless it is there. Bytes go to `target.part`, which another call continues, and become the
 * file only when length and digest are right.
 * @param open starts to read at a byte, as `openFile`.
 * @throws AppError DOWNLOAD_FAILED (connection, disk, other bytes than the hub says), and what `open` throws.
 */
export async function fetchFile(
  file: HubFile,
  target: string,
  open: (from: number) => Promise<Response>,
  report: ReportProgress = () => {},
): Promise<void> {
  const tell = (doing: HubProgress["doing"], done: number) => report({ doing, path: file.path, done, size: file.size });
  const part = `${target}.part`;
  if (!((await sizeOf(target)) === file.size && (await fits(file, target, tell)))) {
    try {
      await mkdir(dirname(target), { recursive: true });
      if ((await sizeOf(part)) > file.size) await rm(part);
      await writeFile(part, "", { flag: "a" });
      await fill(file, part, open, tell);
      if ((await sizeOf(part)) !== file.size || !(await fits(file, part, tell))) {
        await rm(part);
        throw new AppError("DOWNLOAD_FAILED", `${file.path} arrived damaged and was thrown away: run the same again.`);
      }
      await rename(part, target);
    } catch (cause) {
      throw readable(cause, file, target);
    }
  }
  tell("done", file.size);
}

type Tell = (doing: HubProgress["doing"], done: number) => void;

/** Networks drop long transfers: another try follows as long as each brings something. */
async function fill(file: HubFile, part: string, open: (from: number) => Promise<Response>, tell: Tell): Promise<void> {
  for (let have = await sizeOf(part); have < file.size; ) {
    const failure = await append(file, part, have, open, tell).then(
      () => undefined,
      (error: unknown) => error,
    );
    const now = await sizeOf(part);
    if (isAppError(failure) || "syscall" in Object(failure) || now <= have) throw failure ?? new Error("no more bytes");
    have = now;
  }
}

async function append(
  { size }: HubFile,
  part: string,
  have: number,
  open: (from: number) => Promise<Response>,
  tell: Tell,
): Promise<void> {
  const response = await open(have);
  const begins = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  const resumed = response.status === 206 && Number(begins) === have;
  let done = resumed ? have : 0;
  tell("downloading", done);
  await pipeline(
    Readable.fromWeb((response.body ?? new Blob([]).stream()) as ReadableStream),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        done += chunk.length;
        yield chunk;
        tell("downloading", done);
        if (done > size) return;
      }
    },
    createWriteStream(part, { flags: resumed ? "a" : "w" }),
  );
}

/** True when the digest is right, or the hub gave none. */
async function fits({ digest, size }: HubFile, path: string, tell: Tell): Promise<boolean> {
  if (!digest) return true;
  const hash = digest.kind === "git" ? createHash("sha1").update(`blob ${size}\0`) : createHash("sha256");
  let done = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk as Buffer);
    done += (chunk as Buffer).length;
    tell("checking", done);
  }
  return hash.digest("hex") === digest.hex;
}

/** Bytes of a file; -1 when there is none. */
async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => -1,
  );
}

function readable(cause: unknown, file: HubFile, target: string): AppError {
  if (isAppError(cause)) return cause;
  const { code, syscall } = Object(cause) as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") {
    const text = `The disk is full: ${target} did not fit. Make room and run the same again; it goes on where it stopped.`;
    return new AppError("DOWNLOAD_FAILED", text, { cause });
  }
  const text = syscall
    ? `${target} cannot be written (${code}): check the rights of FOVEA_HOME.`
    : `The connection broke while ${file.path} came: run the same again, it goes on where it stopped.`;
  return new AppError("DOWNLOAD_FAILED", text, { cause });
}
