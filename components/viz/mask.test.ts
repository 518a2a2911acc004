import fc from "fast-check";
import { expect, it } from "vitest";
import type { Place } from "@/lib/model/types";
import { placesWhere } from "@/lib/steering/where";
import { decodeMask, encodeMask } from "./mask";

it("a painted region names exactly its cells to the worker, on any grid, and reads back", () => {
  const grids = fc.record({ rows: fc.integer({ min: 1, max: 27 }), cols: fc.integer({ min: 1, max: 27 }) });
  fc.assert(
    fc.property(grids, fc.infiniteStream(fc.boolean()), ({ rows, cols }, bits) => {
      const mask = Uint8Array.from({ length: rows * cols }, () => (bits.next().value ? 1 : 0));
      mask[mask.length - 1] = 1;
      const text = encodeMask(mask) as string;
      expect(decodeMask(text, mask.length)).toEqual(mask);
      const there = placesWhere({ positions: "image", region: { view: "base", mask: text } }, { rows, cols });
      mask.forEach((bit, cell) => {
        const place: Place = { span: "image", position: cell, cell };
        expect(there(place)).toBe(bit === 1);
      });
    }),
    { numRuns: 50 },
  );
});

it("an empty region is none", () => {
  expect(encodeMask(new Uint8Array(196))).toBeNull();
  expect(decodeMask(null, 4)).toEqual(new Uint8Array(4));
});
