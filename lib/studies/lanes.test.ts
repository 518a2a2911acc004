import { expect, it } from "vitest";
import { isFluent } from "./fluency";
import { type Judged, tryLanes } from "./lanes";

it("states what was chosen on other prompts", () => {
  const list: Judged[] = [
    { plain: false, lanes: [false, true, true] },
    { plain: false, lanes: [true, false, true] },
    { plain: true, lanes: [true, true, true] },
    // The second half: the chosen lane does worse here than another would.
    { plain: false, lanes: [true, true, false] },
    { plain: false, lanes: [true, true, true] },
    { plain: true, lanes: [true, true, true] },
  ];
  expect(tryLanes(list, [0, 1, 2])).toEqual({ lane: 2, hits: 1, of: 2 });
  expect(tryLanes(list, [0, 1])).toEqual({ lane: 0, hits: 2, of: 2 });
});

it("tells a sentence from a word said over and over", () => {
  expect(isFluent("oh no, someone is sad. i feel sad too and i hope it gets better soon.")).toBe(true);
  expect(isFluent("a dog, a cat and a bus on a plain red background.")).toBe(true);
  expect(isFluent("sad sad sad")).toBe(false);
  expect(isFluent("i feel happy. i feel happy. i feel happy. i feel")).toBe(false);
  expect(isFluent("")).toBe(false);
});
