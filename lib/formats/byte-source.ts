import { type FileHandle, open } from "node:fs/promises";

/** Random access to bytes of known length, from memory or from a file, so that parsers never load a whole file. */
export interface ByteSource {
  /** Name used in error messages (file name, not the full path). */
  label: string;
  size: number;
  /** Fills `out` with the bytes that start at `offset`. Throws when the source is shorter. */
  readInto(out: Uint8Array, offset: number): Promise<void>;
  close(): Promise<void>;
}

/** One read call above this size fails or is split by the platform (Node stops at 2 GiB). */
const CHUNK = 64 * 1024 * 1024;

export function bytesSource(bytes: Uint8Array, label: string): ByteSource {
  return {
    label,
    size: bytes.byteLength,
    async readInto(out, offset) {
      if (offset + out.byteLength > bytes.byteLength) throw new RangeError(`${label}: read beyond the end`);
      out.set(bytes.subarray(offset, offset + out.byteLength));
    },
    async close() {},
  };
}

/** Opens a file for random access; close it when done. */
export async function fileSource(path: string, label?: string): Promise<ByteSource> {
  const handle = await open(path, "r");
  const { size } = await handle.stat();
  return {
    label: label ?? path.split("/").pop() ?? path,
    size,
    readInto: (out, offset) => readFully(handle, out, offset, path),
    close: () => handle.close(),
  };
}

async function readFully(handle: FileHandle, out: Uint8Array, offset: number, path: string): Promise<void> {
  let done = 0;
  while (done < out.byteLength) {
    const length = Math.min(CHUNK, out.byteLength - done);
    const { bytesRead } = await handle.read(out, done, length, offset + done);
    if (bytesRead === 0) throw new RangeError(`${path}: ended at byte ${offset + done}`);
    done += bytesRead;
  }
}
