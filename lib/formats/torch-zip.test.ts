import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { isAppError } from "@/lib/core/errors";
import { type ByteSource, bytesSource } from "@/lib/formats/byte-source";
import { unpickle } from "@/lib/formats/pickle";
import { BLOCK, inMemory, readAll, rowBlocks, transposed } from "@/lib/formats/stored-matrix";
import { isTensor, openTorch, readTorch, type TorchFile, type TorchMap } from "@/lib/formats/torch-zip";
import { type StateValue, writeTorch } from "@/lib/formats/torch-zip-write";
import { writeZip } from "@/lib/formats/zip-write";

const GOLDEN = "tests/golden/sae-formats/torch";
const folder = await mkdtemp(join(tmpdir(), "torch-"));
afterAll(() => rm(folder, { recursive: true }));

const mapOf = (file: TorchFile) => file.value as TorchMap;

async function floats(file: TorchFile, name: string): Promise<number[]> {
  const tensor = mapOf(file).get(name);
  if (!isTensor(tensor)) throw new Error(`${name} is no tensor`);
  return [...(await file.readFloat32(tensor, name))];
}

async function integers(file: TorchFile, name: string): Promise<number[]> {
  const tensor = mapOf(file).get(name);
  if (!isTensor(tensor)) throw new Error(`${name} is no tensor`);
  return file.readIntegers(tensor, name);
}

describe("a file of torch.save", () => {
  it("has its tensors with strides, offsets, shared storages, parameters and every type", async () => {
    const file = await openTorch(join(GOLDEN, "state.pt"));
    expect([...mapOf(file).keys()].slice(0, 2)).toEqual(["weight", "bias"]);
    expect(await floats(file, "weight")).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await floats(file, "transposed")).toEqual(
      Array.from({ length: 24 }, (_, t) => (t % 4) * 6 + Math.floor(t / 4)),
    );
    expect(await floats(file, "part")).toEqual([8, 9, 10, 14, 15, 16]);
    expect(await floats(file, "every_other")).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]);
    expect(await floats(file, "repeated")).toEqual([7, 8, 7, 8]);
    expect(await floats(file, "parameter")).toEqual([1.5, 2.5]);
    expect(await floats(file, "bfloat16")).toEqual([1, -2, 3.140625]);
    expect(await floats(file, "float16")).toEqual([0.0999755859375, 65504]);
    expect(await floats(file, "float64")).toEqual([0.25]);
    expect(await floats(file, "empty")).toEqual([]);
    expect(await integers(file, "int32")).toEqual([-5]);
    expect(await integers(file, "int64")).toEqual([2 ** 40, -1]);
    await expect(floats(file, "int32")).rejects.toThrow("int32: dtype I32 is not supported for weights");
    await file.close();
  });

  const refused: [string, string][] = [
    ["global.pt", '"__builtin__.print", which is not allowed (nothing was executed)'],
    ["compressed.pt", "is compressed: save it again without compression"],
    ["legacy.pt", "a torch file from before 1.6, which are not read: load it with torch and save it again"],
  ];
  it.each(refused)("%s is refused", async (name, message) => {
    const opening = openTorch(join(GOLDEN, name));
    await expect(opening).rejects.toThrow(message);
    await expect(opening).rejects.toMatchObject({ code: "FORMAT_UNREADABLE" });
  });

  it("is refused when a name in it leaves the archive", async () => {
    const bytes = await readFile(join(GOLDEN, "state.pt"));
    for (const name of ["../../data.pkl", "/tmp//data.pkl", "a\\b..data.pkl"]) {
      const text = bytes.toString("latin1").replaceAll("state/data.pkl", name.padEnd(14, "x").slice(0, 14));
      await expect(readTorch(bytesSource(Buffer.from(text, "latin1"), "evil.pt"))).rejects.toThrow("which is refused");
    }
  });

  it("is refused where its numbers are big-endian", async () => {
    const path = join(folder, "big.pt");
    const text = (name: string, value: string) => ({ name, bytes: value.length, parts: [Buffer.from(value)] });
    await writeZip(path, [text("a/data.pkl", "}."), text("a/byteorder", "big")]);
    await expect(openTorch(path)).rejects.toThrow('byte order "big" is not supported');
  });

  it("is refused where it is cut off, or its pickle damaged", async () => {
    const text = (await readFile(join(GOLDEN, "state.pt"))).toString("latin1");
    const read = (changed: string) => readTorch(bytesSource(Buffer.from(changed, "latin1"), "x.pt"));
    await expect(read(text.replace("weight", "wEight"))).rejects.toThrow("does not have the checksum");
    await expect(read(text.slice(0, 3000))).rejects.toThrow("does not end like a ZIP archive (truncated download?)");
    await expect(read("PK")).rejects.toThrow("does not end like a ZIP archive");
    await expect(read("{}")).rejects.toThrow("not a file of torch.save");
  });

  it("ends in a message, whatever is damaged: cut, flipped, grown", async () => {
    const original = await readFile(join(GOLDEN, "state.pt"));
    const damage = fc.record({
      cut: fc.option(fc.nat(original.length), { freq: 3 }),
      flips: fc.array(fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 1, max: 255 })), { maxLength: 6 }),
      // Half of the damage goes where structure is: the pickle at the front, the directory at the end.
      where: fc.constantFrom("anywhere", "pickle", "directory"),
      checked: fc.boolean(),
    });
    const unchecked = withoutChecksums(original);
    await fc.assert(
      fc.asyncProperty(damage, async ({ cut, flips, where, checked }) => {
        const bytes = Uint8Array.from(checked ? original : unchecked);
        for (const [at, bits] of flips) {
          const place = where === "pickle" ? at % 1400 : where === "directory" ? bytes.length - 1 - (at % 1200) : at;
          bytes[place]! ^= bits;
        }
        await readEverything(bytes.subarray(0, cut ?? bytes.length), original.length);
      }),
      { numRuns: 400 },
    );
  });

  it("ends in a message, whatever the pickle says", () => {
    const codes = [
      0x80, 2, 0x28, 0x29, 0x5d, 0x7d, 0x4b, 0x61, 0x65, 0x73, 0x75, 0x74, 0x85, 0x86, 0x71, 0x68, 0x52, 0x62, 0x51,
      0x58, 0x8a, 0x2e,
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...codes), fc.integer({ min: 0, max: 255 })), { maxLength: 40 }),
        (bytes) => {
          try {
            unpickle(Uint8Array.from(bytes), { label: "x", globals: new Map(), persistent: (id) => id });
          } catch (error) {
            expect(isAppError(error), String(error)).toBe(true);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** As PyTorch writes it when it is told to compute no checksums: then only its structure can tell that a pickle is damaged. */
function withoutChecksums(original: Buffer): Uint8Array {
  const out = Uint8Array.from(original);
  for (let at = 0; at < out.length - 20; at++)
    if (original.readUInt32LE(at) === 0x02014b50) out.fill(0, at + 16, at + 20);
  return out;
}

/** Reads all that a damaged file still offers: every failure must be one of ours, and nothing may be larger than the file allows. */
async function readEverything(bytes: Uint8Array, most: number): Promise<void> {
  try {
    const file = await readTorch(bytesSource(bytes, "damaged.pt"));
    if (!(file.value instanceof Map)) return;
    for (const [name, tensor] of file.value) {
      if (!isTensor(tensor)) continue;
      if (/^I|U8|BOOL/.test(tensor.dtype)) await file.readIntegers(tensor, String(name));
      else expect((await file.readFloat32(tensor, String(name))).byteLength).toBeLessThanOrEqual(4 * most);
    }
  } catch (error) {
    if (!isAppError(error)) throw error;
    expect(error.message.length).toBeGreaterThan(10);
  }
}

describe("writing one", () => {
  const w = Float32Array.from({ length: 12 }, (_, i) => i / 8);
  const state: Record<string, StateValue> = {
    w: { dtype: "F32", shape: [3, 4], stored: inMemory("w", w, 3, 4) },
    turned: { dtype: "F32", shape: [4, 3], stored: transposed(inMemory("w", w, 3, 4)) },
    k: { dtype: "I32", shape: [], values: [7] },
    sizes: { dtype: "I64", shape: [2], values: [2 ** 40, -4] },
    activation: "TopK",
    inner: { k: 5, share: 0.5, many: 2 ** 33 },
  };

  it.each([undefined, 40])("gives what was written, with 64-bit sizes from %s bytes on", async (wideFrom) => {
    const path = join(folder, `written-${wideFrom}.pt`);
    await writeTorch(path, state, wideFrom === undefined ? {} : { wideFrom });
    const file = await openTorch(path);
    expect(await floats(file, "w")).toEqual([...w]);
    expect(await floats(file, "turned")).toEqual([...(await readAll(transposed(inMemory("w", w, 3, 4))))]);
    expect(await integers(file, "k")).toEqual([7]);
    expect(await integers(file, "sizes")).toEqual([2 ** 40, -4]);
    expect(mapOf(file).get("activation")).toBe("TopK");
    expect(Object.fromEntries(mapOf(file).get("inner") as Map<string, number>)).toEqual({
      k: 5,
      share: 0.5,
      many: 2 ** 33,
    });
    await file.close();
  });

  it("gives the same bytes for the same state", async () => {
    const paths = [join(folder, "a.pt"), join(folder, "b.pt")];
    for (const path of paths) await writeTorch(path, state);
    const [a, b] = await Promise.all(paths.map((path) => readFile(path)));
    expect(a).toEqual(b);
  });
});

describe("reading a large tensor", () => {
  it("asks for no byte twice and never for more than a block at a time", async () => {
    const [rows, cols] = [32, 256];
    const values = Float32Array.from({ length: rows * cols }, (_, i) => i % 251);
    const path = join(folder, "large.pt");
    const m = inMemory("w", values, rows, cols);
    await writeTorch(path, { w: { dtype: "F32", shape: [rows, cols], stored: m } });
    const inner = bytesSource(await readFile(path), "large.pt");
    const asked: number[] = [];
    const source: ByteSource = {
      ...inner,
      async readInto(out, offset) {
        asked.push(out.byteLength);
        await inner.readInto(out, offset);
      },
    };
    const file = await readTorch(source);
    const opening = asked.reduce((sum, bytes) => sum + bytes, 0);
    expect(opening).toBeLessThan(70_000);
    const tensor = mapOf(file).get("w");
    if (!isTensor(tensor)) throw new Error("no tensor");
    asked.length = 0;
    const most = 8 * cols;
    for (const matrix of [file.matrix(tensor, "w"), transposed(file.matrix(tensor, "w"))]) {
      let seen = 0;
      for await (const { data } of rowBlocks(matrix, most)) {
        expect(data.length).toBeLessThanOrEqual(most);
        seen += data.length;
      }
      expect(seen).toBe(values.length);
    }
    const header = 30; // of the member, read once
    expect(asked.reduce((sum, bytes) => sum + bytes, 0)).toBe(2 * values.byteLength + header);
    expect(Math.max(...asked)).toBeLessThanOrEqual(most * 4);
    asked.length = 0;
    expect(await readAll(file.matrix(tensor, "w"))).toEqual(values);
    expect(asked.reduce((sum, bytes) => sum + bytes, 0)).toBe(values.byteLength);
    expect(Math.max(...asked)).toBeLessThanOrEqual(BLOCK * 4);
  });
});
