import { AppError } from "@/lib/core/errors";

/** What every unreadable ONNX file is reported as: the file, what is wrong, what to do. */
export function unreadable(label: string, problem: string, cause?: unknown): AppError {
  return new AppError(
    "MODEL_UNREADABLE",
    `${label} is not a readable ONNX model (${problem}): export or download it again.`,
    { cause },
  );
}

/** Wire types of protobuf (https://protobuf.dev/programming-guides/encoding). Groups (3, 4) do not occur in ONNX. */
export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** Reads protobuf primitives out of `bytes`; every length is checked before use, nothing is copied. */
export class WireReader {
  at = 0;
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly label: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  /** Unsigned 64-bit varint: a number below 2^53, else a bigint. */
  varint(): number | bigint {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < 7; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    let big = BigInt(value);
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      big |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return big <= 0x1fffffffffffffn ? Number(big) : BigInt.asUintN(64, big);
    }
    throw unreadable(this.label, "a varint is longer than ten bytes");
  }

  /** Signed 64-bit varint (two's complement). */
  int64(): bigint {
    return BigInt.asIntN(64, BigInt(this.varint()));
  }

  /** Signed 64-bit varint that must fit a number exactly. */
  int(): number {
    const value = this.varint();
    if (typeof value === "number") return value;
    const signed = BigInt.asIntN(64, value);
    if (signed < -0x1fffffffffffffn || signed > 0x1fffffffffffffn) {
      throw unreadable(this.label, `the integer ${signed} is out of range`);
    }
    return Number(signed);
  }

  float(): number {
    return this.view.getFloat32(this.take(4), true);
  }

  double(): number {
    return this.view.getFloat64(this.take(8), true);
  }

  /** Length-delimited bytes as a view of the file. */
  chunk(): Uint8Array {
    const length = this.int();
    const from = this.take(length);
    return this.bytes.subarray(from, from + length);
  }

  /** Skips one field of the given wire type. */
  skip(wireType: number): void {
    if (wireType === VARINT) this.varint();
    else if (wireType === FIXED64) this.take(8);
    else if (wireType === BYTES) this.chunk();
    else if (wireType === FIXED32) this.take(4);
    else throw unreadable(this.label, `unknown wire type ${wireType}`);
  }

  private byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw unreadable(this.label, "it ends too early");
    return value;
  }

  /** Moves over `length` bytes and returns where they start. */
  private take(length: number): number {
    const from = this.at;
    if (!(length >= 0 && length <= this.bytes.length - from)) {
      throw unreadable(this.label, `${length} bytes are announced where ${this.bytes.length - from} are left`);
    }
    this.at += length;
    return from;
  }
}

/** Writes protobuf primitives into a list of parts; large byte strings are kept by reference until `finish`. */
export class WireWriter {
  private parts: Uint8Array[] = [];
  private tail = new Uint8Array(256);
  private used = 0;
  private flushed = 0;

  get length(): number {
    return this.flushed + this.used;
  }

  varint(value: number | bigint): void {
    let big = BigInt.asUintN(64, BigInt(value));
    if (big < 0x80000000n) {
      let small = Number(big);
      while (small >= 0x80) {
        this.byte((small & 0x7f) | 0x80);
        small >>>= 7;
      }
      this.byte(small);
      return;
    }
    while (big >= 0x80n) {
      this.byte(Number(big & 0x7fn) | 0x80);
      big >>= 7n;
    }
    this.byte(Number(big));
  }

  tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  fixed(value: number, bytes: 4 | 8): void {
    const buffer = new Uint8Array(bytes);
    const view = new DataView(buffer.buffer);
    if (bytes === 4) view.setFloat32(0, value, true);
    else view.setFloat64(0, value, true);
    this.raw(buffer);
  }

  /** Length-delimited bytes. */
  chunk(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** Length-delimited content of another writer. */
  nested(inner: WireWriter): void {
    this.varint(inner.length);
    inner.flush();
    this.flush();
    for (const part of inner.parts) this.parts.push(part);
    this.flushed += inner.flushed;
  }

  raw(bytes: Uint8Array): void {
    if (bytes.length > 128) {
      this.flush();
      this.parts.push(bytes);
      this.flushed += bytes.length;
      return;
    }
    if (this.used + bytes.length > this.tail.length) this.flush();
    this.tail.set(bytes, this.used);
    this.used += bytes.length;
  }

  finish(): Uint8Array {
    this.flush();
    const out = new Uint8Array(this.flushed);
    let at = 0;
    for (const part of this.parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  private byte(value: number): void {
    if (this.used === this.tail.length) this.flush();
    this.tail[this.used++] = value;
  }

  private flush(): void {
    if (this.used === 0) return;
    this.parts.push(this.tail.subarray(0, this.used));
    this.flushed += this.used;
    this.tail = new Uint8Array(256);
    this.used = 0;
  }
}
