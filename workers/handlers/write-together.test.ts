import { expect, it } from "vitest";
import { WriteTogether } from "./write-together";

it("writes one group at a time, and everybody learns how the write of his own went", async () => {
  const groups: number[][] = [];
  let release = () => {};
  const writing = new WriteTogether<number>(async (items) => {
    groups.push(items);
    if (groups.length === 1) await new Promise<void>((resolve) => (release = resolve));
    if (items.includes(4)) throw new Error("four");
  });
  const first = writing.add([1]);
  const second = writing.add([2, 3]);
  const third = writing.add([5]);
  release();
  await Promise.all([first, second, third]);
  await expect(writing.add([4])).rejects.toThrow("four");
  await writing.add([6]);
  expect(groups).toEqual([[1], [2, 3, 5], [4], [6]]);
});
