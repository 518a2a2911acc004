import { expect, it } from "vitest";
import { printPlace, readPlace, withPlace } from "./format";
import { turnAround } from "./turn-around";

it("reads the place in a story that it wrote, and nothing else", () => {
  expect(readPlace(printPlace({ name: "fries", step: 2 }))).toEqual({ name: "fries", step: 2 });
  expect(readPlace("fries")).toEqual({ name: "fries", step: 1 });
  for (const text of [null, "", "fries.0", "fries.10", "Fries.1", "fries.x", "a b.1"])
    expect(readPlace(text)).toBeNull();
});

it("puts the place behind what an address says already, and in front of its anchor", () => {
  expect(withPlace("/", "tour", 1)).toBe("/?story=tour.1");
  expect(withPlace("/m/s/1?band=miss#twin", "fries", 4)).toBe("/m/s/1?band=miss&story=fries.4#twin");
});

it("cuts the turn out of a conversation", () => {
  const tokens = ["<s>", "<user>", " is", " it", "?", "<assistant>", " no", ".", "</s>"];
  expect(turnAround(tokens, 3)).toBe("is it?");
  expect(turnAround(tokens, 6)).toBe("no.");
  expect(turnAround(tokens, 5)).toBe("");
  expect(turnAround(["a", " b"], 1)).toBe("a b");
});
