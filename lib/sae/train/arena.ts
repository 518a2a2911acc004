/** Where a trainer's arrays lie: shared with its worker threads, zero at first. */
export interface Arena {
  /** One memory for all arrays, which the SIMD kernels work on; null where they would not fit (see MAX_BYTES). */
  memory: WebAssembly.Memory | null;
  f32(length: number): Float32Array;
  f64(length: number): Float64Array;
  i32(length: number): Int32Array;
  u8(length: number): Uint8Array;
}

/** WebAssembly addresses 4 GiB; some of it is left for arrays that grow. */
const MAX_BYTES = 3 * 2 ** 30;
const PAGE = 2 ** 16;
/** Arrays start at multiples of a cache line; the first line stays free, as address 0 stands for "no such array". */
const LINE = 64;

/** An arena for a trainer that needs about `bytes`. */
export function createArena(bytes: number): Arena {
  return bytes > MAX_BYTES ? separateArrays() : oneMemory();
}

function separateArrays(): Arena {
  return {
    memory: null,
    f32: (length) => new Float32Array(new SharedArrayBuffer(4 * length)),
    f64: (length) => new Float64Array(new SharedArrayBuffer(8 * length)),
    i32: (length) => new Int32Array(new SharedArrayBuffer(4 * length)),
    u8: (length) => new Uint8Array(new SharedArrayBuffer(length)),
  };
}

function oneMemory(): Arena {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2 ** 16, shared: true });
  let end = LINE;
  const take = (bytes: number): number => {
    const at = end;
    end = Math.ceil((at + bytes) / LINE) * LINE;
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return at;
  };
  return {
    memory,
    f32: (length) => {
      const at = take(4 * length);
      return new Float32Array(memory.buffer, at, length);
    },
    f64: (length) => {
      const at = take(8 * length);
      return new Float64Array(memory.buffer, at, length);
    },
    i32: (length) => {
      const at = take(4 * length);
      return new Int32Array(memory.buffer, at, length);
    },
    u8: (length) => {
      const at = take(length);
      return new Uint8Array(memory.buffer, at, length);
    },
  };
}
