import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { contentVersion } from "./content-version";
import { remember } from "./remember";

const world = globalThis as { [key: symbol]: unknown };
const VERSION = Symbol.for("fovea.content-version");

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  delete world[VERSION];
});

it("asks once while an answer is fresh, answers an old one at once and renews it", async () => {
  const get = remember<number>(1000);
  let n = 0;
  const find = async () => ++n;
  expect(await Promise.all([get("a", find), get("a", find)])).toEqual([1, 1]);
  vi.advanceTimersByTime(1001);
  expect(await get("a", find)).toBe(1);
  expect(await get("a", find)).toBe(2);
  expect(await get("b", find)).toBe(3);
});

it("does not keep failures, and forgets the oldest of too many", async () => {
  const get = remember<number>(1000, 2);
  await expect(get("a", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  await expect(get("a", async () => 1)).resolves.toBe(1);
  await get("b", async () => 2);
  await get("c", async () => 3);
  await expect(get("a", async () => 9)).resolves.toBe(9);
});

it("keeps an answer as long as nothing is heard to have changed", async () => {
  world[VERSION] = 1;
  expect(contentVersion()).toBe(1);
  const get = remember<number>(1000);
  let n = 0;
  const find = async () => ++n;
  await get("a", find);
  vi.advanceTimersByTime(60_000);
  expect([await get("a", find), await get("a", find)]).toEqual([1, 1]);
  world[VERSION] = 2;
  expect([await get("a", find), await get("a", find)]).toEqual([1, 2]);
});
