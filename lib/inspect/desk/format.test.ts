import { expect, it } from "vitest";
import { inspectAddress, inspectParams, isComplete, readInspect, regionOfTokens, tokensOfRegion } from "./format";

const sha = "a".repeat(64);

it("reads what it wrote, and leaves defaults out", () => {
  const state = readInspect(
    new URLSearchParams(`in=m/s,m/t&image=${sha}&text=what?&a=AAw&b=t:3,4&sort=rarity&f=12,7&flags=none&show=missed`),
    ["m/s"],
  );
  expect(state).toMatchObject({ in: ["m/s", "m/t"], pins: [12, 7], sort: "rarity", unflagged: true, show: "missed" });
  const again = new URLSearchParams(inspectAddress(state).split("?")[1]);
  expect(readInspect(again, ["m/s"])).toEqual(state);
  const plain = readInspect(new URLSearchParams(), ["m/s"]);
  expect(Object.values(inspectParams(plain, ["m/s"])).filter(Boolean)).toEqual([]);
});

it("takes whole names of features, and looks through the SAE of the first", () => {
  const state = readInspect(new URLSearchParams("f=m/s/12,m/s/7,x/y/3,9"), ["d/e"]);
  expect(state).toMatchObject({ in: ["m/s"], pins: [12, 7, 9] });
  expect(inspectParams(state, ["d/e"])).toMatchObject({ in: "m/s", f: "12,7,9" });
});

it("ignores what does not parse, and SAEs of a second model", () => {
  const state = readInspect(new URLSearchParams("in=m/s,x/y&image=abc&a=%00&sort=luck&f=1,x,1,2,3,4,5,6,7,8"), ["d/e"]);
  expect(state).toMatchObject({ in: ["m/s"], image: null, a: null, sort: "specificity", pins: [1, 2, 3, 4, 5, 6] });
  expect(isComplete(state)).toBe(false);
  expect(isComplete({ ...state, text: "a dog" })).toBe(true);
});

it("writes tokens in order", () => {
  expect(regionOfTokens([9, 3])).toBe("t:3,9");
  expect(regionOfTokens([])).toBeNull();
  expect(tokensOfRegion("t:3,9")).toEqual([3, 9]);
  expect(tokensOfRegion("AAw")).toEqual([]);
});
