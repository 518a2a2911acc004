import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { matrix } from "@/lib/tensor/matrix";
import { topKRows } from "@/lib/tensor/topk";

/** The definition: sort the whole row by value, then by column. */
function naiveTopK(values: readonly number[], k: number): { index: number[]; value: number[] } {
  const order = values.map((_, i) => i).sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
  const index = order.slice(0, k);
  return { index, value: index.map((i) => values[i] as number) };
}

describe("topKRows", () => {
  it("equals a full sort on any row, with many ties and k beyond the width", () => {
    const rows = fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 7, maxLength: 7 }), { minLength: 1 });
    fc.assert(
      fc.property(rows, fc.integer({ min: 0, max: 9 }), (table, k) => {
        const result = topKRows(matrix(table.length, 7, Float32Array.from(table.flat())), k);
        expect(result.k).toBe(Math.min(k, 7));
        table.forEach((values, r) => {
          const expected = naiveTopK(values, result.k);
          const at = r * result.k;
          expect([...result.index.subarray(at, at + result.k)]).toEqual(expected.index);
          expect([...result.value.subarray(at, at + result.k)]).toEqual(expected.value);
        });
      }),
    );
  });

  it("lets the lower index win when all values are equal", () => {
    expect([...topKRows(matrix(1, 6), 3).index]).toEqual([0, 1, 2]);
  });

  it("never prefers NaN to a number", () => {
    const result = topKRows(matrix(1, 4, Float32Array.of(Number.NaN, -5, Number.NaN, 2)), 2);
    expect([...result.index]).toEqual([3, 1]);
  });
});
