import { DTYPE_BYTES } from "@/lib/formats/safetensors-header";
import { rowBlocks, runsDown, type StoredMatrix, transposed } from "@/lib/formats/stored-matrix";
import { STORAGE_DTYPE } from "@/lib/formats/torch-zip";
import { writeZip, type ZipContent } from "@/lib/formats/zip-write";

/** A tensor to write: float32 values of a matrix (or of a vector or scalar: one row), or a few integers. */
export type TorchOutput =
  | { dtype: "F32"; shape: readonly number[]; stored: StoredMatrix }
  | { dtype: "I64" | "I32"; shape: readonly number[]; values: readonly number[] };

/** What a state dict may hold. */
export type StateValue = TorchOutput | string | number | { [key: string]: StateValue };

const isTensor = (value: StateValue): value is TorchOutput => typeof value === "object" && Array.isArray(value.shape);

/**
 * Writes a state dict as `torch.save` does (ZIP, pickle of protocol 2), so that `torch.load(path, weights_only=True)` reads it. Matrices
 * are read while they are written, a block at a time. One that runs down its columns is stored as it runs and described by its strides:
 * torch sees the shape that was asked for, and nothing is moved.
 */
export async function writeTorch(
  path: string,
  state: Readonly<Record<string, StateValue>>,
  options: { wideFrom?: number } = {},
): Promise<void> {
  const pickle = new PickleWriter();
  pickle.dictionary(state);
  const text = (name: string, value: string | Uint8Array): ZipContent => {
    const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
    return { name: `archive/${name}`, bytes: bytes.byteLength, parts: [bytes] };
  };
  const storages = pickle.tensors.map((tensor, i) => ({
    name: `archive/data/${i}`,
    bytes: countOf(tensor) * DTYPE_BYTES[tensor.dtype]!,
    parts: "stored" in tensor ? floatParts(tensor.stored) : [integerBytes(tensor)],
  }));
  const contents = [text("data.pkl", pickle.bytes()), text("byteorder", "little"), ...storages, text("version", "3\n")];
  await writeZip(path, contents, options);
}

const countOf = ({ shape }: TorchOutput) => shape.reduce((product, dim) => product * dim, 1);

async function* floatParts(stored: StoredMatrix): AsyncGenerator<Uint8Array> {
  for await (const { data } of rowBlocks(runsDown(stored) ? transposed(stored) : stored)) {
    yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
}

function integerBytes({ dtype, values }: Extract<TorchOutput, { values: unknown }>): Uint8Array {
  const wide = dtype === "I64" ? BigInt64Array.from(values, BigInt) : Int32Array.from(values);
  return new Uint8Array(wide.buffer);
}

/** The opcodes that `lib/formats/pickle.ts` reads, as far as a state dict needs them. */
class PickleWriter {
  readonly tensors: TorchOutput[] = [];
  private readonly parts: Uint8Array[] = [Uint8Array.of(0x80, 2)];

  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat([...this.parts, Uint8Array.of(0x2e)]));
  }

  /** collections.OrderedDict() filled with items. */
  dictionary(items: Readonly<Record<string, StateValue>>): void {
    this.global("collections", "OrderedDict");
    this.code(0x29, 0x52, 0x28); // ) R (
    for (const [key, value] of Object.entries(items)) {
      this.string(key);
      if (typeof value === "string") this.string(value);
      else if (typeof value === "number") this.number(value);
      else if (isTensor(value)) this.tensor(value);
      else this.dictionary(value);
    }
    this.code(0x75); // u
  }

  /** torch._utils._rebuild_tensor_v2(storage, 0, shape, stride, False, OrderedDict()). */
  private tensor(tensor: TorchOutput): void {
    const { dtype, shape } = tensor;
    const down = "stored" in tensor && shape.length === 2 && runsDown(tensor.stored);
    const stride = down ? [1, shape[0]!] : shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
    this.global("torch._utils", "_rebuild_tensor_v2");
    this.code(0x28, 0x28); // two marks: of the call, of the persistent id
    this.string("storage");
    this.global("torch", Object.entries(STORAGE_DTYPE).find(([, name]) => name === dtype)![0]);
    this.string(String(this.tensors.length));
    this.string("cpu");
    this.number(countOf(tensor));
    this.code(0x74, 0x51); // t Q
    this.number(0);
    this.tuple(shape);
    this.tuple(stride);
    this.code(0x89); // False
    this.global("collections", "OrderedDict");
    this.code(0x29, 0x52, 0x74, 0x52); // ) R t R
    this.tensors.push(tensor);
  }

  private tuple(values: readonly number[]): void {
    this.code(0x28);
    for (const value of values) this.number(value);
    this.code(0x74);
  }

  private number(value: number): void {
    const out = new Uint8Array(10);
    const view = new DataView(out.buffer);
    if (!Number.isInteger(value)) {
      out[0] = 0x47;
      view.setFloat64(1, value, false);
      this.parts.push(out.subarray(0, 9));
    } else if (Math.abs(value) < 2 ** 31) {
      out[0] = 0x4a;
      view.setInt32(1, value, true);
      this.parts.push(out.subarray(0, 5));
    } else {
      out.set([0x8a, 8]);
      view.setBigInt64(2, BigInt(value), true);
      this.parts.push(out);
    }
  }

  private string(value: string): void {
    const text = new TextEncoder().encode(value);
    const head = new Uint8Array(5);
    head[0] = 0x58;
    new DataView(head.buffer).setUint32(1, text.length, true);
    this.parts.push(head, text);
  }

  private global(module: string, name: string): void {
    this.parts.push(new TextEncoder().encode(`c${module}\n${name}\n`));
  }

  private code(...codes: number[]): void {
    this.parts.push(Uint8Array.from(codes));
  }
}
