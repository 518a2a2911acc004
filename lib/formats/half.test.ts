import { describe, expect, it } from "vitest";
import {
  bfloatToFloatInto,
  floatToBfloatInto,
  floatToHalfInto,
  halfToFloatInto,
  saturateHalfInto,
} from "@/lib/formats/half";

const toHalf = (...values: number[]) => {
  const out = new Uint16Array(values.length);
  floatToHalfInto(out, Float32Array.from(values));
  return [...out];
};

describe("half", () => {
  it("decodes and re-encodes every one of the 65,536 half patterns", () => {
    const patterns = Uint16Array.from({ length: 65_536 }, (_, i) => i);
    const values = new Float32Array(65_536);
    halfToFloatInto(values, patterns);
    const back = new Uint16Array(65_536);
    floatToHalfInto(back, values);
    for (let h = 0; h < 65_536; h++) {
      if (Number.isNaN(values[h])) expect((back[h] as number) & 0x7fff).toBeGreaterThan(0x7c00);
      else if (back[h] !== h) throw new Error(`pattern ${h} came back as ${back[h]}`);
    }
  });

  it("knows the landmarks of the format", () => {
    expect(toHalf(1, -2, 65504, 65519, 65520, 2 ** -24, 2 ** -25, 2 ** -14, Number.POSITIVE_INFINITY)).toEqual([
      0x3c00, 0xc000, 0x7bff, 0x7bff, 0x7c00, 1, 0, 0x0400, 0x7c00,
    ]);
  });

  it("rounds halfway values to even", () => {
    expect(toHalf(1 + 2 ** -11, 1 + 3 * 2 ** -11, 3 * 2 ** -25, 1.5 * 2 ** -24)).toEqual([0x3c00, 0x3c02, 2, 2]);
  });

  it("saturates and counts what does not fit", () => {
    const out = new Uint16Array(4);
    expect(saturateHalfInto(out, Float32Array.of(1e9, -1e9, 5, Number.NaN))).toBe(2);
    expect([...out.subarray(0, 3)]).toEqual([0x7bff, 0xfbff, 0x4500]);
  });

  it("round-trips bfloat16 and keeps NaN", () => {
    const coded = new Uint16Array(4);
    floatToBfloatInto(coded, Float32Array.of(1, -3.140625, 1 + 2 ** -8, Number.NaN));
    const out = new Float32Array(4);
    bfloatToFloatInto(out, coded);
    expect([...out.subarray(0, 3)]).toEqual([1, -3.140625, 1]);
    expect(out[3]).toBeNaN();
  });
});
