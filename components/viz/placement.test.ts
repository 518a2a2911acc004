import { describe, expect, it } from "vitest";
import { cellsBox, hidesSome, placeWords, seenInset, viewBox } from "./placement";

describe("viewBox", () => {
  it("covers a squashed image whole", () => {
    const view = viewBox([640, 0, 0, 480, 0, 0], 640, 480);
    expect(view).toEqual({ left: 0, top: 0, width: 100, height: 100 });
    expect(hidesSome(view)).toBe(false);
  });
  it("leaves the sides of a cropped image unseen", () => {
    const view = viewBox([480, 0, 0, 480, 80, 0], 640, 480);
    expect(view).toEqual({ left: 12.5, top: 0, width: 75, height: 100 });
    expect(hidesSome(view)).toBe(true);
    expect(seenInset(view)).toEqual([0, 12.5, 0, 12.5]);
  });
  it("reaches beyond a padded image and hides nothing", () => {
    expect(hidesSome(viewBox([640, 0, 0, 640, 0, -80], 640, 480))).toBe(false);
  });
});

describe("cells", () => {
  it("lie on patch edges", () => {
    const view = viewBox([480, 0, 0, 480, 80, 0], 640, 480);
    expect(cellsBox({ x0: 7, y0: 0, x1: 14, y1: 7 }, 14, 14, view)).toEqual({
      left: 50,
      top: 0,
      width: 37.5,
      height: 50,
    });
  });
  it("have a place in words", () => {
    expect(placeWords(0, 14, 14)).toBe("upper left");
    expect(placeWords(13, 14, 14)).toBe("upper right");
    expect(placeWords(7 * 14 + 7, 14, 14)).toBe("centre");
    expect(placeWords(13 * 14 + 7, 14, 14)).toBe("lower centre");
  });
});
