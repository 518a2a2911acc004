import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { remember } from "./remember";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

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
