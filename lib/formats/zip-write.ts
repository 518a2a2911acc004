import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { FULL, SIGNATURE } from "@/lib/formats/zip";

/** A member to write: its content comes in pieces, so that it may be larger than memory. */
export interface ZipContent {
  name: string;
  bytes: number;
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Where content begins: torch maps files into memory by these. */
const ALIGN = 64;

/**
 * Writes an archive of stored members, to a temporary name, then fsync and rename. Sizes beyond 32 bits are written as ZIP64; `wideFrom`
 * is the size from which on (for tests).
 * @throws RangeError when a content has another length than stated
 */
export async function writeZip(
  path: string,
  contents: readonly ZipContent[],
  { wideFrom = FULL }: { wideFrom?: number } = {},
): Promise<void> {
  const temporary = `${path}.tmp-${randomUUID()}`;
  const handle = await open(temporary, "w");
  try {
    const entries: Uint8Array[] = [];
    let at = 0;
    for (const { name, bytes, parts } of contents) {
      const start = at;
      const header = localHeader(name, bytes, start, wideFrom);
      at = start + header.byteLength;
      let crc = 0;
      for await (const part of parts) {
        crc = crc32(part, crc);
        await writeAt(handle, part, at);
        at += part.byteLength;
      }
      const written = at - start - header.byteLength;
      if (written !== bytes) throw new RangeError(`${name}: ${written} bytes where ${bytes} were stated`);
      new DataView(header.buffer).setUint32(14, crc, true);
      await writeAt(handle, header, start);
      entries.push(centralEntry(name, bytes, start, crc, wideFrom));
    }
    const directory = Buffer.concat(entries);
    await writeAt(handle, directory, at);
    await writeAt(handle, endRecords(entries.length, directory.byteLength, at, wideFrom), at + directory.byteLength);
    await handle.sync();
    await handle.close();
    await rename(temporary, path);
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}

const VERSION = { plain: 20, wide: 45 };
const UTF8 = 0x0800;
/** 1 January 1980: equal SAEs give equal files. */
const DATE = 0x21;

/** Local header; an extra field "FB", as torch has it, pads to the alignment. The checksum is set later. */
function localHeader(name: string, bytes: number, at: number, wideFrom: number): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(name);
  const wide = bytes >= wideFrom;
  const before = 30 + text.length + (wide ? 20 : 0) + 4;
  const padding = (ALIGN - ((at + before) % ALIGN)) % ALIGN;
  const out = new Uint8Array(before + padding);
  const view = new DataView(out.buffer);
  view.setUint32(0, SIGNATURE.local, true);
  view.setUint16(4, wide ? VERSION.wide : VERSION.plain, true);
  view.setUint16(6, UTF8, true);
  view.setUint16(12, DATE, true);
  view.setUint32(18, wide ? FULL : bytes, true);
  view.setUint32(22, wide ? FULL : bytes, true);
  view.setUint16(26, text.length, true);
  view.setUint16(28, before - 30 - text.length + padding, true);
  out.set(text, 30);
  let to = 30 + text.length;
  if (wide) to = wideField(view, to, [bytes, bytes]);
  view.setUint16(to, 0x4246, true);
  view.setUint16(to + 2, padding, true);
  return out;
}

function centralEntry(name: string, bytes: number, at: number, crc: number, wideFrom: number): Uint8Array {
  const text = new TextEncoder().encode(name);
  const [wideBytes, wideAt] = [bytes >= wideFrom, at >= wideFrom];
  const values = [...(wideBytes ? [bytes, bytes] : []), ...(wideAt ? [at] : [])];
  const extra = values.length > 0 ? 4 + 8 * values.length : 0;
  const out = new Uint8Array(46 + text.length + extra);
  const view = new DataView(out.buffer);
  view.setUint32(0, SIGNATURE.central, true);
  const version = values.length > 0 ? VERSION.wide : VERSION.plain;
  view.setUint16(4, version, true);
  view.setUint16(6, version, true);
  view.setUint16(8, UTF8, true);
  view.setUint16(14, DATE, true);
  view.setUint32(16, crc, true);
  view.setUint32(20, wideBytes ? FULL : bytes, true);
  view.setUint32(24, wideBytes ? FULL : bytes, true);
  view.setUint16(28, text.length, true);
  view.setUint16(30, extra, true);
  view.setUint32(42, wideAt ? FULL : at, true);
  out.set(text, 46);
  if (extra > 0) wideField(view, 46 + text.length, values);
  return out;
}

/** The extra field with 64-bit values; answers where it ends. */
function wideField(view: DataView, at: number, values: readonly number[]): number {
  view.setUint16(at, 1, true);
  view.setUint16(at + 2, 8 * values.length, true);
  values.forEach((value, i) => {
    view.setBigUint64(at + 4 + 8 * i, BigInt(value), true);
  });
  return at + 4 + 8 * values.length;
}

function endRecords(count: number, size: number, at: number, wideFrom: number): Uint8Array {
  const wide = at >= wideFrom || size >= wideFrom || count >= 0xffff;
  const out = new Uint8Array((wide ? 76 : 0) + 22);
  const view = new DataView(out.buffer);
  if (wide) {
    view.setUint32(0, SIGNATURE.end64, true);
    view.setBigUint64(4, 44n, true);
    view.setUint16(12, VERSION.wide, true);
    view.setUint16(14, VERSION.wide, true);
    [count, count, size, at].forEach((value, i) => {
      view.setBigUint64(24 + 8 * i, BigInt(value), true);
    });
    view.setUint32(56, SIGNATURE.locator, true);
    view.setBigUint64(64, BigInt(at + size), true);
    view.setUint32(72, 1, true);
  }
  const end = wide ? 76 : 0;
  view.setUint32(end, SIGNATURE.end, true);
  view.setUint16(end + 8, wide ? 0xffff : count, true);
  view.setUint16(end + 10, wide ? 0xffff : count, true);
  view.setUint32(end + 12, wide ? FULL : size, true);
  view.setUint32(end + 16, wide ? FULL : at, true);
  return out;
}

async function writeAt(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, at + done);
    done += bytesWritten;
  }
}
