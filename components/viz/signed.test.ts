import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeSigned, paintSigned, signedValue, signMask } from "./signed";

const encode = (codes: readonly number[]) => Buffer.from(Int8Array.from(codes).buffer).toString("base64");
const codes = fc.array(fc.integer({ min: -127, max: 127 }), { minLength: 1, maxLength: 60 });

describe("signed grids", () => {
  test("bytes come back as signed values, 127 being the scale", () => {
    const grid = decodeSigned(encode([127, -127, 0, 64]), 2, 2, 0.5);
    expect([0, 1, 2, 3].map((cell) => signedValue(grid, cell))).toEqual([0.5, -0.5, 0, (64 * 0.5) / 127]);
    expect(() => decodeSigned(encode([1, 2]), 2, 2, 1)).toThrow("2 x 2 needs 4 bytes, got 2");
  });

  test("a value of any sign and size survives the trip through base64", () => {
    fc.assert(
      fc.property(codes, (given) => {
        const grid = decodeSigned(encode(given), 1, given.length, 127);
        expect(given.map((_, cell) => signedValue(grid, cell) + 0)).toEqual(given.map((code) => code + 0));
      }),
    );
  });

  test("zero is clear, the largest is opaque, opposite signs have different colours of one opacity", () => {
    const pixels = paintSigned(decodeSigned(encode([-100, 0, 100]), 1, 3, 1));
    expect([pixels[3], pixels[7], pixels[11]]).toEqual([255, 0, 255]);
    expect(pixels[2]).toBeGreaterThan(pixels[0] as number);
    expect(pixels[8]).toBeGreaterThan(pixels[10] as number);
  });

  test("masks of the two signs never meet, and hold no zeros", () => {
    fc.assert(
      fc.property(codes, fc.double({ min: 0, max: 1, noNaN: true }), (given, cut) => {
        const grid = decodeSigned(encode(given), 1, given.length, 1);
        const [plus, minus] = [signMask(grid, 1, cut), signMask(grid, -1, cut)];
        given.forEach((code, i) => {
          expect((plus[i] as number) + (minus[i] as number)).toBeLessThanOrEqual(code === 0 ? 0 : 1);
        });
      }),
    );
  });
});
