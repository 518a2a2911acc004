import { describe, expect, it } from "vitest";
import { composeSign, drawSign } from "./sign";

const grey = { width: 64, height: 48, data: new Uint8Array(64 * 48 * 3).fill(90) };
const at = (data: Uint8Array, x: number, y: number) => data[(y * 64 + x) * 3] as number;

describe("signs", () => {
  it("change nothing outside of their box and are the same every time", async () => {
    const sign = drawSign("fries", "dark");
    const once = await composeSign(grey, sign, [8, 10, 56, 26]);
    expect(await composeSign(grey, sign, [8, 10, 56, 26])).toEqual(once);
    let changed = 0;
    for (let y = 0; y < 48; y++)
      for (let x = 0; x < 64; x++) {
        const inside = x >= 8 && x < 56 && y >= 10 && y < 26;
        if (!inside) expect(at(once.data, x, y)).toBe(90);
        else if (at(once.data, x, y) !== 90) changed++;
      }
    expect(changed).toBe(48 * 16);
    // Letters and board.
    expect(at(once.data, 8, 10)).toBeGreaterThan(240);
    expect(Math.min(...once.data)).toBeLessThan(60);
  });

  it("give other letters a board of the same size", () => {
    const sign = drawSign("wallpaper", "light");
    const other = drawSign("pawrlealp", "light", sign.width);
    expect([other.width, other.height]).toEqual([sign.width, sign.height]);
    expect(other.svg).not.toBe(sign.svg);
  });

  it("leave the picture between bare letters as it is", async () => {
    const bare = await composeSign(grey, drawSign("i", "bare"), [8, 10, 40, 26]);
    expect(at(bare.data, 8, 10)).toBe(90);
  });

  it("refuse a box that leaves the image", async () => {
    await expect(composeSign(grey, drawSign("no", "dark"), [50, 10, 80, 26])).rejects.toThrow(RangeError);
  });
});
