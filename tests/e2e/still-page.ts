// Makes a page look the same on every machine and with every demo: what is left is layout, spacing, colours and controls.
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";

const face = (family: string, file: string, weight: string) =>
  `@font-face { font-family: ${family}; font-weight: ${weight};
    src: url(data:font/woff2;base64,${readFileSync(`node_modules/@fontsource/${file}`).toString("base64")}) }`;

/** Fonts that come with the project: the product takes those of the reader's system, which differ in width. */
const FONTS = [
  face("Still", "roboto/files/roboto-latin-400-normal.woff2", "100 449"),
  face("Still", "roboto/files/roboto-latin-500-normal.woff2", "450 549"),
  face("Still", "roboto/files/roboto-latin-700-normal.woff2", "550 900"),
  face("StillMono", "roboto-mono/files/roboto-mono-latin-400-normal.woff2", "100 900"),
].join("\n");

const LOOK = `
  *, *::before, *::after {
    font-family: Still !important; caret-color: transparent !important; transition: none !important; animation: none !important
  }
  .font-mono, .font-mono *, code, kbd { font-family: StillMono !important }
  [data-ref] .italic { font-style: normal !important; font-weight: 600 !important; color: var(--ink) !important }
  [data-still=hidden], [data-still=hidden] * { visibility: hidden !important }
  [data-still=gone] { display: none !important }
`;

/** What comes from data, as selectors, by what is done with it. */
export interface Masks {
  /** Not drawn; its box stays, which is as large with any data. */
  hidden?: string;
  /** Taken out: there is more or less of it, or none. */
  gone?: string;
  /** Each piece of text becomes the same word. */
  words?: string;
}

/** Pictures, drawings and bars of data; what changes by itself; counts of cards; choices and other SAEs that are found in the data. */
const EVERYWHERE: Required<Masks> = {
  hidden:
    "img, canvas, main svg.absolute, main svg[role=img], fieldset svg, figure svg, .overlay-layer, .rounded-full > span," +
    "[role=progressbar], time, [data-ref] .nums",
  gone: "fieldset:has(> div > button[aria-pressed]), [data-same-in]",
  words: "[data-ref]",
};

const PAUSE_MS = 300;
const PASSES = 30;
/** Pauses after each of which nothing was new. */
const STILL = 3;

/**
 * Stops what moves, takes the project's fonts, and blanks what comes from data. The page must be at rest; what it draws anew
 * because the fonts changed is blanked as well, until nothing more comes.
 */
export async function makeStill(page: Page, masks: Masks = {}): Promise<void> {
  const both = (name: keyof Masks) => [EVERYWHERE[name], masks[name]].filter(Boolean).join();
  await page.addStyleTag({ content: FONTS + LOOK });
  const selectors = { hidden: both("hidden"), gone: both("gone"), words: both("words") };
  await blank(page, selectors);
  let still = 0;
  for (let pass = 1; still < STILL; pass++) {
    await page.waitForTimeout(PAUSE_MS);
    still = (await blank(page, selectors)) === 0 ? still + 1 : 0;
    if (pass === PASSES) throw new Error("The page does not come to rest: its content changes all the time.");
  }
}

/** @returns how many pieces were not blank before */
function blank(page: Page, selectors: Required<Masks>): Promise<number> {
  return page.evaluate(async ({ hidden, gone, words }) => {
    let changes = 0;
    const mark = (selector: string, how: string) => {
      for (const one of document.querySelectorAll(selector)) {
        if ([how, "gone"].includes(one.getAttribute("data-still") ?? "")) continue;
        one.setAttribute("data-still", how);
        changes++;
      }
    };
    mark(gone, "gone");
    mark(hidden, "hidden");
    // A number is as wide as any other; a sign that the fonts lack would be drawn by one of the system's.
    const plain = (text: string) =>
      text.replace(/[^\x20-\xff“”‘’…–−\s]/g, "+").replace(/(?:−|(?<![\w.])-)?(?:\d[\d.,]*|(?<![\w.])\.\d+)/g, "0");
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode() as Text | null; text; text = texts.nextNode() as Text | null) {
      const holder = text.parentElement;
      if (!holder || holder.closest("script, style, textarea") || text.data.trim() === "") continue;
      const next = holder.closest(words) ? "word" : plain(text.data);
      if (next === text.data) continue;
      text.data = next;
      changes++;
    }
    for (const field of document.querySelectorAll<HTMLInputElement>("[placeholder]"))
      field.placeholder = plain(field.placeholder);
    (document.activeElement as HTMLElement | null)?.blur();
    await document.fonts.ready;
    return changes;
  }, selectors);
}
