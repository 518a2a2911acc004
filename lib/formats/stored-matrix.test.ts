import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openSafetensors } from "@/lib/formats/safetensors";
import { writeSafetensors } from "@/lib/formats/safetensors-write";
import { inMemory, readAll, readTile, rowBlocks, type StoredMatrix, scaledRows, transposed } from "./stored-matrix";

const folder = await mkdtemp(join(tmpdir(), "stored-"));
afterAll(() => rm(folder, { recursive: true }));

const counting = (length: number) => Float32Array.from({ length }, (_, i) => i + 1);

/** A view of a storage of 100 values with any strides. */
const viewArb = fc
  .record({
    rows: fc.integer({ min: 1, max: 5 }),
    cols: fc.integer({ min: 1, max: 5 }),
    rowStride: fc.integer({ min: 0, max: 9 }),
    colStride: fc.integer({ min: 0, max: 9 }),
    offset: fc.integer({ min: 0, max: 9 }),
    scaled: fc.boolean(),
    turned: fc.boolean(),
  })
  .map(({ scaled, turned, ...shape }) => {
    const storage = inMemory("storage", counting(100), 1, 100);
    const view: StoredMatrix = { ...storage, ...shape };
    const factors = Float64Array.from({ length: shape.rows }, (_, r) => r + 2);
    const whole = scaled ? scaledRows(view, factors) : view;
    const at = (r: number, c: number) =>
      (shape.offset + r * shape.rowStride + c * shape.colStride + 1) * (scaled ? factors[r]! : 1);
    return turned ? { view: transposed(whole), at: (r: number, c: number) => at(c, r) } : { view: whole, at };
  });

describe("a stored matrix", () => {
  it("has the values that strides, offset and factors say, in tiles, in blocks and as a whole", async () => {
    await fc.assert(
      fc.asyncProperty(viewArb, fc.nat(), fc.nat(), async ({ view, at }, a, b) => {
        const { rows, cols } = view;
        const naive = Float32Array.from({ length: rows * cols }, (_, t) => at(Math.floor(t / cols), t % cols));
        expect(await readAll(view)).toEqual(naive);
        const blocks: number[] = [];
        for await (const { from, data } of rowBlocks(view, 2 * cols)) {
          expect(from * cols).toBe(blocks.length);
          blocks.push(...data);
        }
        expect(blocks).toEqual([...naive]);
        const [r0, c0] = [a % rows, b % cols];
        const tile = new Float32Array((rows - r0) * (cols - c0));
        await readTile(view, tile, [r0, rows], [c0, cols]);
        const part = [...naive].filter((_, t) => Math.floor(t / cols) >= r0 && t % cols >= c0);
        expect([...tile]).toEqual(part);
      }),
    );
  });

  it("is written either way round, and read again bit for bit", async () => {
    const values = counting(6);
    const m = inMemory("m", values, 2, 3);
    const path = join(folder, "both.safetensors");
    await writeSafetensors(path, [
      { name: "as it is", dtype: "F32", shape: [2, 3], stored: m },
      { name: "turned", dtype: "F32", shape: [3, 2], stored: transposed(m) },
      { name: "half", dtype: "F16", shape: [3, 2], stored: transposed(m) },
    ]);
    const file = await openSafetensors(path);
    expect([...(await file.readFloat32("as it is"))]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...(await file.readFloat32("turned"))]).toEqual([1, 4, 2, 5, 3, 6]);
    expect([...(await file.readFloat32("half"))]).toEqual([1, 4, 2, 5, 3, 6]);
    await file.close();
  });

  it("refuses a shape that its values do not have", async () => {
    expect(() => inMemory("m", counting(5), 2, 3)).toThrow("m: 5 values are not 2 x 3");
    const wrong = { name: "m", dtype: "F32" as const, shape: [7], stored: inMemory("m", counting(6), 2, 3) };
    await expect(writeSafetensors(join(folder, "wrong"), [wrong])).rejects.toThrow("does not fit 6 values");
  });
});
