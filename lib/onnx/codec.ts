import { type Field, MESSAGES, type Message, type MessageName, type ModelProto } from "@/lib/onnx/schema";
import { BYTES, FIXED32, FIXED64, unreadable, VARINT, WireReader, WireWriter } from "@/lib/onnx/wire";

/** Real graphs nest If and Loop bodies a few levels; hostile files nest thousands. */
const MAX_DEPTH = 64;

type Fields = Message & Record<string, unknown>;

/**
 * Reads a ModelProto. Byte strings (weights) are views of `bytes`, not copies. Fields without a name in the schema are
 * kept and written back by `encodeModel`.
 * @param label names the file in errors.
 * @throws AppError MODEL_UNREADABLE for anything that is not an ONNX model with a graph.
 */
export function decodeModel(bytes: Uint8Array, label: string): ModelProto {
  const model = decode("ModelProto", bytes, label, 0) as unknown as ModelProto;
  if (!model.graph) throw unreadable(label, "it has no graph");
  if (model.opsetImport.length === 0) throw unreadable(label, "it names no operator set");
  return model;
}

/** The bytes of a ModelProto. @throws AppError MODEL_UNREADABLE over 2 GiB, which protobuf cannot hold. */
export function encodeModel(model: ModelProto): Uint8Array {
  const writer = encode("ModelProto", model as unknown as Fields);
  if (writer.length >= 2 ** 31) {
    throw unreadable("The edited model", `it has ${writer.length} bytes, more than protobuf can hold`);
  }
  return writer.finish();
}

function decode(name: MessageName, bytes: Uint8Array, label: string, depth: number): Fields {
  if (depth > MAX_DEPTH) throw unreadable(label, "its messages are nested too deeply");
  const table = MESSAGES[name];
  const out: Fields = {};
  for (const field of Object.values(table)) if (field.repeated) out[field.name] = [];
  const reader = new WireReader(bytes, label);
  while (!reader.done) {
    const start = reader.at;
    const tag = reader.int();
    const wireType = tag & 7;
    const field = table[Math.floor(tag / 8)];
    if (field && fits(field, wireType)) {
      readField(out, field, wireType, reader, depth);
    } else {
      reader.skip(wireType);
      out.unknown ??= [];
      out.unknown.push(bytes.subarray(start, reader.at));
    }
  }
  return out;
}

const WIRE_TYPE: Record<string, number> = { int: VARINT, int64: VARINT, float: FIXED32, double: FIXED64 };

function wireTypeOf(field: Field): number {
  return WIRE_TYPE[field.kind] ?? BYTES;
}

/** Repeated numbers may come one by one or packed. */
function fits(field: Field, wireType: number): boolean {
  return wireType === wireTypeOf(field) || (field.repeated && wireType === BYTES);
}

function readField(out: Fields, field: Field, wireType: number, reader: WireReader, depth: number): void {
  if (!field.repeated) {
    out[field.name] = readValue(field, reader, depth);
    return;
  }
  const list = out[field.name] as unknown[];
  if (wireType === wireTypeOf(field)) {
    list.push(readValue(field, reader, depth));
    return;
  }
  const packed = new WireReader(reader.chunk(), reader.label);
  while (!packed.done) list.push(readValue(field, packed, depth));
}

const utf8 = new TextDecoder();

function readValue(field: Field, reader: WireReader, depth: number): unknown {
  switch (field.kind) {
    case "int":
      return reader.int();
    case "int64":
      return reader.int64();
    case "float":
      return reader.float();
    case "double":
      return reader.double();
    case "string":
      return utf8.decode(reader.chunk());
    case "bytes":
      return reader.chunk();
    default:
      return decode(field.kind, reader.chunk(), reader.label, depth + 1);
  }
}

function encode(name: MessageName, message: Fields): WireWriter {
  const writer = new WireWriter();
  for (const [number, field] of Object.entries(MESSAGES[name])) {
    const value = message[field.name];
    if (value === undefined) continue;
    if (!field.repeated) {
      writer.tag(Number(number), wireTypeOf(field));
      writeValue(writer, field, value);
      continue;
    }
    const list = value as unknown[];
    if (list.length === 0) continue;
    if (field.kind in WIRE_TYPE) {
      const packed = new WireWriter();
      for (const item of list) writeValue(packed, field, item);
      writer.tag(Number(number), BYTES);
      writer.nested(packed);
      continue;
    }
    for (const item of list) {
      writer.tag(Number(number), BYTES);
      writeValue(writer, field, item);
    }
  }
  for (const bytes of message.unknown ?? []) writer.raw(bytes);
  return writer;
}

const encoder = new TextEncoder();

function writeValue(writer: WireWriter, field: Field, value: unknown): void {
  switch (field.kind) {
    case "int":
    case "int64":
      writer.varint(value as number | bigint);
      return;
    case "float":
      writer.fixed(value as number, 4);
      return;
    case "double":
      writer.fixed(value as number, 8);
      return;
    case "string":
      writer.chunk(encoder.encode(value as string));
      return;
    case "bytes":
      writer.chunk(value as Uint8Array);
      return;
    default:
      writer.nested(encode(field.kind, value as Fields));
  }
}
