import { expect, it } from "vitest";
import { atPoint, START, stepped, within } from "./zoom-math";

const size = { width: 200, height: 100 };

it("keeps the point under the pointer where it is", () => {
  const point = { x: 150, y: 40 };
  const seen = (v: typeof START) => [(point.x - v.x) / v.zoom, (point.y - v.y) / v.zoom];
  const once = atPoint(START, 3, point, size);
  expect(seen(once)).toEqual(seen(START));
  const twice = atPoint(once, 5, point, size);
  seen(twice).forEach((at, i) => {
    expect(at).toBeCloseTo(seen(START)[i] as number, 9);
  });
});

it("shows nothing beyond the picture, and not less than all of it", () => {
  expect(within({ zoom: 2, x: 30, y: -500 }, size)).toEqual({ zoom: 2, x: 0, y: -100 });
  expect(atPoint(START, 0.2, { x: 0, y: 0 }, size)).toEqual(START);
  expect(atPoint(START, 99, { x: 0, y: 0 }, size).zoom).toBe(8);
});

it("steps through 2, 4, 8 and back", () => {
  let view = START;
  const zooms = [1, 2, 3, 4].map(() => {
    view = stepped(view, size);
    return view.zoom;
  });
  expect(zooms).toEqual([2, 4, 8, 1]);
});
