import { crc32 } from "node:zlib";
import type { ByteSource } from "@/lib/formats/byte-source";
import { invalid } from "@/lib/formats/safetensors-header";

/** One stored member of an archive. */
export interface ZipMember {
  name: string;
  bytes: number;
  /** Of the content; 0 where the writer did not compute it (PyTorch can be told not to). */
  crc: number;
  headerAt: number; // of the local header
}

/** A ZIP archive whose members are stored as they are; only its directory is in memory. */
export interface ZipArchive {
  label: string;
  members: ReadonlyMap<string, ZipMember>;
  /** A part of the archive as a source of its own, whose bytes are read when asked for. Do not close it. */
  open(name: string): Promise<ByteSource>;
  /** The whole content of a small member, checked against its checksum. */
  read(name: string, most: number): Promise<Uint8Array>;
}

export const SIGNATURE = {
  local: 0x04034b50,
  central: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator: 0x07064b50,
};
/** A 32-bit field that says: look in the ZIP64 record. */
export const FULL = 0xffffffff;

/** An archive of models has a handful of members; a directory beyond this is damage. */
const MOST_DIRECTORY = 16 * 1024 * 1024;

/**
 * Reads the directory of an archive, ZIP64 included (APPNOTE 6.3.10, sections 4.3 and 4.5). Members that are compressed or encrypted, whose
 * names leave the archive (`..`, absolute, backslashes) or whose bytes lie outside of it are refused.
 * @throws AppError FORMAT_UNREADABLE
 */
export async function openZip(source: ByteSource): Promise<ZipArchive> {
  const { label } = source;
  const { count, size, at } = await findDirectory(source);
  if (size > MOST_DIRECTORY || at + size > source.size) {
    throw invalid(label, `its directory of ${size} bytes at ${at} does not fit into ${source.size} bytes (truncated?)`);
  }
  const members = new Map<string, ZipMember>();
  const directory = viewOf(await bytesAt(source, at, size));
  let next = 0;
  for (let i = 0; i < count; i++) {
    const { member, end } = readEntry(directory, next, label);
    if (members.has(member.name)) throw invalid(label, `two members are named "${member.name}"`);
    if (member.headerAt + 30 + member.bytes > at) {
      throw invalid(label, `member "${member.name}" of ${member.bytes} bytes does not fit before the directory`);
    }
    members.set(member.name, member);
    next = end;
  }
  if (next !== size) throw invalid(label, `its directory has ${size - next} bytes more than its ${count} members`);
  const find = (name: string) => {
    const member = members.get(name);
    if (!member)
      throw invalid(label, `there is no member "${name}"; found ${[...members.keys()].join(", ") || "none"}`);
    return member;
  };
  const open = async (name: string) => openMember(source, find(name), at);
  return {
    label,
    members,
    open,
    async read(name, most) {
      const member = find(name);
      if (member.bytes > most) throw invalid(label, `member "${name}" has ${member.bytes} bytes, more than ${most}`);
      const out = new Uint8Array(member.bytes);
      await (await open(name)).readInto(out, 0);
      if (member.crc !== 0 && crc32(out) !== member.crc) {
        throw invalid(label, `member "${name}" does not have the checksum that the directory states (damaged?)`);
      }
      return out;
    },
  };
}

/** Where the directory lies, from the record at the end of the archive. */
async function findDirectory(source: ByteSource): Promise<{ count: number; size: number; at: number }> {
  const { label } = source;
  const length = Math.min(source.size, 22 + 65_535);
  const start = source.size - length;
  const tail = viewOf(await bytesAt(source, start, length));
  let end = length - 22;
  // The comment behind the record may have any length: the last record whose comment reaches the end is the one.
  while (end >= 0 && !(u32(tail, end) === SIGNATURE.end && end + 22 + u16(tail, end + 20) === length)) end--;
  if (end < 0) throw invalid(label, "it does not end like a ZIP archive (truncated download?)");
  const short = { count: u16(tail, end + 10), size: u32(tail, end + 12), at: u32(tail, end + 16) };
  if (short.count !== 0xffff && short.size !== FULL && short.at !== FULL) return short;
  if (end < 20 || u32(tail, end - 20) !== SIGNATURE.locator) return short;
  const at = u64(tail, end - 20 + 8, label);
  if (at + 56 > source.size)
    throw invalid(label, `its ZIP64 record at ${at} lies beyond the end (truncated download?)`);
  const record = viewOf(await bytesAt(source, at, 56));
  if (u32(record, 0) !== SIGNATURE.end64) throw invalid(label, `there is no ZIP64 record at ${at}`);
  return { count: u64(record, 32, label), size: u64(record, 40, label), at: u64(record, 48, label) };
}

function readEntry(view: DataView, at: number, label: string): { member: ZipMember; end: number } {
  if (at + 46 > view.byteLength || u32(view, at) !== SIGNATURE.central) {
    throw invalid(label, `its directory breaks off at byte ${at}`);
  }
  const [nameLength, extraLength, commentLength] = [u16(view, at + 28), u16(view, at + 30), u16(view, at + 32)];
  const end = at + 46 + nameLength + extraLength + commentLength;
  if (end > view.byteLength) throw invalid(label, `its directory breaks off at byte ${at}`);
  const name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at + 46, nameLength));
  checkName(name, label);
  if (u16(view, at + 8) & 1) throw invalid(label, `member "${name}" is encrypted`);
  if (u16(view, at + 10) !== 0)
    throw invalid(label, `member "${name}" is compressed: save it again without compression`);
  const wide = zip64Fields(view, at + 46 + nameLength, extraLength, label);
  const field = (offset: number) => {
    const value = u32(view, at + offset);
    return value === FULL ? (wide.shift() ?? value) : value;
  };
  const bytes = field(24);
  const stored = field(20);
  const headerAt = field(42);
  if (stored !== bytes) throw invalid(label, `member "${name}" holds ${stored} bytes but states ${bytes}`);
  return { member: { name, bytes, crc: u32(view, at + 16), headerAt }, end };
}

/** The 64-bit values of an entry's extra fields (id 1), in their order. */
function zip64Fields(view: DataView, from: number, length: number, label: string): number[] {
  for (let at = from; at + 4 <= from + length; ) {
    const [id, size] = [u16(view, at), u16(view, at + 2)];
    const to = at + 4 + size;
    if (to > from + length) break;
    if (id === 1) return Array.from({ length: Math.min(3, size >> 3) }, (_, i) => u64(view, at + 4 + 8 * i, label));
    at = to;
  }
  return [];
}

/** Names are never used as paths here; refusing such archives all the same keeps it so. */
function checkName(name: string, label: string): void {
  const bad = name === "" || name.startsWith("/") || /[\\\0]|^[A-Za-z]:/.test(name) || name.split("/").includes("..");
  if (bad) throw invalid(label, `a member is named ${JSON.stringify(name)}, which is refused`);
}

async function openMember(source: ByteSource, member: ZipMember, directoryAt: number): Promise<ByteSource> {
  const { label } = source;
  const header = viewOf(await bytesAt(source, member.headerAt, 30));
  if (u32(header, 0) !== SIGNATURE.local)
    throw invalid(label, `member "${member.name}" does not begin where it should`);
  // The local extra field may be longer than that of the directory: it aligns the content.
  const start = member.headerAt + 30 + u16(header, 26) + u16(header, 28);
  if (start + member.bytes > directoryAt) {
    throw invalid(label, `member "${member.name}" of ${member.bytes} bytes does not fit before the directory`);
  }
  return {
    label: `${label}: ${member.name}`,
    size: member.bytes,
    async readInto(out, offset) {
      if (offset < 0 || offset + out.byteLength > member.bytes) {
        throw new RangeError(`${label}: read beyond the end of "${member.name}"`);
      }
      await source.readInto(out, start + offset);
    },
    async close() {},
  };
}

async function bytesAt(source: ByteSource, at: number, length: number): Promise<Uint8Array> {
  if (at < 0 || at + length > source.size)
    throw invalid(source.label, `it ends before byte ${at + length} (truncated?)`);
  const out = new Uint8Array(length);
  await source.readInto(out, at);
  return out;
}

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const u16 = (view: DataView, at: number) => view.getUint16(at, true);
const u32 = (view: DataView, at: number) => view.getUint32(at, true);

function u64(view: DataView, at: number, label: string): number {
  const value = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(value)) throw invalid(label, `a size of ${value} bytes makes no sense`);
  return value;
}
