import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { boxAround, clickOn } from "./pointing";

const COLS = 7;
const at = (mask: Uint8Array) => Array.from(mask.keys()).filter((c) => mask[c]);

describe("pointing at a region", () => {
  it("clicks one cell of it, and no other cell of it is nearer to the middle", () => {
    for (let seed = 0; seed < 50; seed++) {
      const rng = createRng(seed, "region");
      const region = Uint8Array.from({ length: 6 * COLS }, () => (rng.chance(0.2) ? 1 : 0));
      const cells = at(region);
      const clicked = at(clickOn(region, COLS));
      if (cells.length === 0) expect(clicked).toEqual([]);
      else {
        const mean = (f: (c: number) => number) => cells.reduce((sum, c) => sum + f(c), 0) / cells.length;
        const middle = [mean((c) => Math.floor(c / COLS)), mean((c) => c % COLS)] as const;
        const away = (c: number) => Math.hypot(Math.floor(c / COLS) - middle[0], (c % COLS) - middle[1]);
        expect(clicked).toHaveLength(1);
        expect(away(clicked[0]!)).toBeCloseTo(Math.min(...cells.map(away)), 9);
        expect(cells).toContain(clicked[0]);
      }
    }
  });

  it("draws the smallest box around it", () => {
    const region = new Uint8Array(6 * COLS);
    region[1 * COLS + 2] = 1;
    region[3 * COLS + 4] = 1;
    expect(at(boxAround(region, COLS))).toEqual([1, 2, 3].flatMap((r) => [2, 3, 4].map((c) => r * COLS + c)));
    expect(at(boxAround(new Uint8Array(6), 3))).toEqual([]);
  });
});
