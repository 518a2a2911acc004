import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { inMemory, transposed } from "@/lib/formats/stored-matrix";
import { rowSums } from "./row-sums";

describe("sums of rows", () => {
  it("are those of plain loops, whichever way the matrix lies", async () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 7 }),
      cols: fc.integer({ min: 1, max: 7 }),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ rows, cols, seed }) => {
        const rng = createRng(seed, "rows");
        const values = Float32Array.from({ length: rows * cols }, () => rng.normal());
        const along = Float32Array.from({ length: Math.max(rows, cols) }, () => rng.normal());
        const m = inMemory("m", values, rows, cols);
        for (const [view, height, width, at] of [
          [m, rows, cols, (r: number, c: number) => values[r * cols + c]!],
          [transposed(m), cols, rows, (r: number, c: number) => values[c * cols + r]!],
        ] as const) {
          const { squares, dots } = await rowSums(view, along);
          for (let r = 0; r < height; r++) {
            let [square, dot] = [0, 0];
            for (let c = 0; c < width; c++) {
              square += at(r, c) ** 2;
              dot += at(r, c) * along[c]!;
            }
            expect(squares[r]).toBeCloseTo(square, 12);
            expect(dots![r]).toBeCloseTo(dot, 12);
          }
          expect((await rowSums(view)).dots).toBeUndefined();
        }
      }),
    );
  });

  it("refuse what is not finite, with its number and its place in the file", async () => {
    const values = Float32Array.of(1, 2, Number.NaN, 4, Number.NEGATIVE_INFINITY, Number.NaN);
    const m = inMemory("W_enc", values, 2, 3);
    for (const view of [m, transposed(m)]) {
      await expect(rowSums(view)).rejects.toThrow("W_enc: 2 NaN, 1 Inf, first at 2");
      await expect(rowSums(view)).rejects.toMatchObject({ code: "SAE_UNREADABLE" });
    }
  });
});
