/** The index entries of consecutive rows, decoded from rows-*.bin. */
export interface RowIndex {
  example: Uint32Array;
  position: Uint16Array;
  kind: Uint8Array; // ROW_KIND
  flags: Uint8Array; // ROW_FLAG bits
}

/** Bytes per row: u32 example, u16 position, u8 kind, u8 flags, little-endian. */
export const ROW_BYTES = 8;

export function createRowIndex(rows: number): RowIndex {
  return {
    example: new Uint32Array(rows),
    position: new Uint16Array(rows),
    kind: new Uint8Array(rows),
    flags: new Uint8Array(rows),
  };
}

export function encodeRowIndex({ example, position, kind, flags }: RowIndex): Uint8Array {
  const out = new Uint8Array(example.length * ROW_BYTES);
  const view = new DataView(out.buffer);
  for (let r = 0; r < example.length; r++) {
    const at = r * ROW_BYTES;
    view.setUint32(at, example[r]!, true);
    view.setUint16(at + 4, position[r]!, true);
    out[at + 6] = kind[r]!;
    out[at + 7] = flags[r]!;
  }
  return out;
}

export function decodeRowIndex(bytes: Uint8Array): RowIndex {
  const rows = bytes.byteLength / ROW_BYTES;
  const out = createRowIndex(rows);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let r = 0; r < rows; r++) {
    const at = r * ROW_BYTES;
    out.example[r] = view.getUint32(at, true);
    out.position[r] = view.getUint16(at + 4, true);
    out.kind[r] = bytes[at + 6]!;
    out.flags[r] = bytes[at + 7]!;
  }
  return out;
}
