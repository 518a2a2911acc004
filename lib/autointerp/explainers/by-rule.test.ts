import { describe, expect, it } from "vitest";
import { createRng } from "@/lib/core/rng";
import { placeOf } from "./by-rule";

const GRID = { rows: 6, cols: 9 };

/** Activation 255 on some cells. */
const on = (fires: (row: number, col: number) => boolean) =>
  Uint8Array.from({ length: GRID.rows * GRID.cols }, (_, i) =>
    fires(Math.floor(i / GRID.cols), i % GRID.cols) ? 255 : 0,
  );

describe("the place of a feature", () => {
  it("is the smallest part that holds most of its activation", () => {
    expect(
      placeOf(
        on((r, c) => r === 0 && c === 8),
        GRID,
      ),
    ).toEqual({ words: "the top right of the image", share: 1 });
    expect(
      placeOf(
        on((r, c) => r === 2 && c === 4),
        GRID,
      ),
    ).toEqual({ words: "the centre of the image", share: 1 });
    expect(
      placeOf(
        on((r, c) => r === 3 && c < 3),
        GRID,
      )?.words,
    ).toBe("the middle left of the image");
    expect(
      placeOf(
        on((r) => r === 5),
        GRID,
      )?.words,
    ).toBe("the edge of the image");
    expect(
      placeOf(
        on((r, c) => r === 4 && c > 0 && c < 8),
        GRID,
      )?.words,
    ).toBe("the bottom of the image");
    expect(
      placeOf(
        on((r, c) => c === 7 && r > 0 && r < 5),
        GRID,
      )?.words,
    ).toBe("the right of the image");
  });

  it("has the share of the activation that lies there", () => {
    const map = on((r, c) => r === 0 && c === 0);
    map[22] = 85;
    expect(placeOf(map, GRID)).toEqual({ words: "the top left of the image", share: 0.75 });
  });

  it("is none where activation is spread, or where there is none", () => {
    const rng = createRng(3, "spread");
    expect(
      placeOf(
        on(() => rng.chance(0.5)),
        GRID,
      ),
    ).toBeNull();
    expect(
      placeOf(
        on(() => false),
        GRID,
      ),
    ).toBeNull();
  });
});
