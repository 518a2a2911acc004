import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { openSafetensors, parseSafetensors } from "@/lib/formats/safetensors";
import { encodeSafetensors, type TensorData, writeSafetensors } from "@/lib/formats/safetensors-write";

/** A file from a literal header and data, with the header exactly as long as its JSON. */
function file(header: unknown, data: Uint8Array | number): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const body = typeof data === "number" ? new Uint8Array(data) : data;
  const out = new Uint8Array(8 + json.length + body.length);
  new DataView(out.buffer).setBigUint64(0, BigInt(json.length), true);
  out.set(json, 8);
  out.set(body, 8 + json.length);
  return out;
}

const f32 = (begin: number, count: number, shape: number[] = [count]) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, begin + 4 * count],
});

const folder = await mkdtemp(join(tmpdir(), "safetensors-"));
afterAll(() => rm(folder, { recursive: true }));

describe("reading what is legal", () => {
  it("a header that is not padded, in another order than the data, with a scalar and a zero-size tensor", async () => {
    const data = new Uint8Array(Float32Array.of(1, 2, 3, 7).buffer);
    const header = { b: f32(12, 1, []), none: f32(12, 0, [0, 5]), a: f32(0, 3), __metadata__: { step: "12" } };
    const opened = await parseSafetensors(file(header, data));
    expect([...opened.tensors.keys()]).toEqual(["b", "none", "a"]);
    expect([...(await opened.readFloat32("a"))]).toEqual([1, 2, 3]);
    expect([...(await opened.readFloat32("b"))]).toEqual([7]);
    expect((await opened.readFloat32("none")).length).toBe(0);
    expect(opened.metadata).toEqual({ step: "12" });
  });

  it("a range of elements only", async () => {
    const opened = await parseSafetensors(file({ a: f32(0, 4) }, new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)));
    expect([...(await opened.readFloat32Range("a", 1, 3))]).toEqual([2, 3]);
    await expect(opened.readFloat32Range("a", 3, 5)).rejects.toThrow('"a" has no elements 3 to 5');
  });
});

describe("refusing what is not", () => {
  const cases: [string, Uint8Array, string][] = [
    ["a hole", file({ a: f32(0, 1), b: f32(8, 1) }, 12), 'hole of 4 bytes between tensor "a" and tensor "b"'],
    ["an overlap", file({ a: f32(0, 2), b: f32(4, 1) }, 8), 'tensor "b" overlaps tensor "a"'],
    ["trailing bytes", file({ a: f32(0, 1) }, 7), "3 trailing bytes"],
    ["a shape that does not fit", file({ a: f32(0, 2, [3]) }, 8), "shape [3] of F32 needs 12 bytes but"],
    ["a truncated file", file({ a: f32(0, 4) }, 8), "ends at 79 but the file has 71 bytes (truncated download?)"],
    ["metadata with a number", file({ __metadata__: { step: 1 } }, 0), '__metadata__ "step" is a number'],
    ["an unknown dtype", file({ a: { dtype: "F4", shape: [], data_offsets: [0, 0] } }, 0), "dtype F4 is not supported"],
    ["negative offsets", file({ a: { dtype: "U8", shape: [], data_offsets: [-1, 0] } }, 0), "non-negative integers"],
    ["an entry that is no object", file({ a: null }, 0), "needs dtype, shape and data_offsets"],
    ["broken JSON", file('{"a":', 0), "not valid JSON"],
    ["something else", file("PK  ", 0), "not a safetensors file"],
    ["a header beyond the file", file({ a: f32(0, 1) }, 4).subarray(0, 30), "truncated download?"],
    ["an absurd header length", new Uint8Array(16).fill(255), "exceeds 100000000"],
    ["an empty file", new Uint8Array(3), "too few"],
  ];
  it.each(cases)("%s", async (_, bytes, message) => {
    await expect(parseSafetensors(bytes, "x.safetensors")).rejects.toThrow(message);
    await expect(parseSafetensors(bytes, "x.safetensors")).rejects.toMatchObject({ code: "FORMAT_UNREADABLE" });
  });

  it("a tensor that is not there, naming those that are", async () => {
    const opened = await parseSafetensors(file({ W_dec: f32(0, 1) }, 4));
    await expect(opened.readFloat32("b_dec")).rejects.toThrow('missing "b_dec"; found W_dec');
  });

  it("weights stored as integers, and 8-bit floats", async () => {
    const bytes = file({ a: { dtype: "F8_E4M3", shape: [2], data_offsets: [0, 2] } }, 2);
    await expect((await parseSafetensors(bytes)).readFloat32("a")).rejects.toThrow("dtype F8_E4M3 is not supported");
  });
});

describe("writing", () => {
  const tensors: TensorData[] = [
    { name: "u8", dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 255) },
    { name: "u16", dtype: "U16", shape: [1], data: Uint16Array.of(65_535) },
    { name: "i16", dtype: "I16", shape: [2], data: Int16Array.of(-3, 32_767) },
    { name: "half", dtype: "F16", shape: [2], data: Float32Array.of(0.5, -3) },
    { name: "bf16", dtype: "BF16", shape: [1, 2], data: Float32Array.of(2, -8) },
    { name: "u32", dtype: "U32", shape: [1], data: Uint32Array.of(4_000_000_000) },
    { name: "i32", dtype: "I32", shape: [1], data: Int32Array.of(-5) },
    { name: "f32", dtype: "F32", shape: [], data: Float32Array.of(1.25) },
    { name: "i64", dtype: "I64", shape: [2], data: BigInt64Array.of(-1n, 9_007_199_254_740_991n) },
    { name: "f64", dtype: "F64", shape: [1], data: Float64Array.of(Math.PI) },
    { name: "empty", dtype: "F32", shape: [0, 4], data: new Float32Array(0) },
  ];

  it("round-trips every dtype through a file, largest element first, header padded", async () => {
    const path = join(folder, "all.safetensors");
    await writeSafetensors(path, tensors, { made: "test" });
    const opened = await openSafetensors(path);
    expect([...opened.tensors.keys()].slice(0, 2)).toEqual(["i64", "f64"]);
    expect([...(await opened.readIntegers("u8"))]).toEqual([1, 2, 255]);
    expect([...(await opened.readIntegers("u16"))]).toEqual([65_535]);
    expect([...(await opened.readIntegers("i16"))]).toEqual([-3, 32_767]);
    expect([...(await opened.readIntegers("u32"))]).toEqual([4_000_000_000]);
    expect([...(await opened.readIntegers("i32"))]).toEqual([-5]);
    expect([...(await opened.readIntegers("i64"))]).toEqual([-1, 9_007_199_254_740_991]);
    expect([...(await opened.readFloat32("half"))]).toEqual([0.5, -3]);
    expect([...(await opened.readFloat32("bf16"))]).toEqual([2, -8]);
    expect([...(await opened.readFloat32("f32"))]).toEqual([1.25]);
    expect([...(await opened.readFloat64("f64"))]).toEqual([Math.PI]);
    expect(opened.metadata).toEqual({ made: "test" });
    await opened.close();
    expect(await readdir(folder)).toEqual(["all.safetensors"]);
    const bytes = encodeSafetensors(tensors);
    expect(new DataView(bytes.buffer).getBigUint64(0, true) % 8n).toBe(0n);
  });

  it("refuses a shape that does not fit and leaves nothing behind", async () => {
    const bad: TensorData = { name: "a", dtype: "F32", shape: [3], data: new Float32Array(2) };
    await expect(writeSafetensors(join(folder, "bad.safetensors"), [bad])).rejects.toThrow("does not fit 2 values");
    expect(await readdir(folder)).not.toContain("bad.safetensors");
  });

  it("refuses an integer beyond 2^53", async () => {
    const wide: TensorData = { name: "a", dtype: "I64", shape: [1], data: BigInt64Array.of(2n ** 60n) };
    const opened = await parseSafetensors(encodeSafetensors([wide]));
    await expect(opened.readIntegers("a")).rejects.toThrow("too large");
  });
});
