"use client";
import { setUrlParams } from "../ui/url-params";

/** Features that are compared at once. */
export const MOST = 4;
const REMEMBERED = "fovea-compare";

/** Refs of the parameter `cmp`, each once. */
export function readTray(text: string): string[] {
  return [...new Set(text.split(",").filter((ref) => /^[^/,]+\/[^/,]+\/\d+$/.test(ref)))].slice(0, MOST);
}

/** Puts refs into the address, as one step of history, and remembers them on this device. */
export function writeTray(refs: readonly string[]): void {
  if (refs.length > 0) localStorage.setItem(REMEMBERED, refs.join());
  else localStorage.removeItem(REMEMBERED);
  setUrlParams({ cmp: refs.join() || null }, "push");
}

/** What was left in the tray on this device. */
export function rememberedTray(): string[] {
  return readTray(localStorage.getItem(REMEMBERED) ?? "");
}

/** What `c` means on a page: the feature under focus, or under the pointer. */
export function pointedAt(): string | undefined {
  const focused = document.activeElement?.closest<HTMLElement>("[data-ref]");
  return (focused ?? document.querySelector<HTMLElement>("[data-ref]:hover"))?.dataset.ref;
}
