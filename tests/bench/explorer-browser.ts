/**
 * What walking and looking costs in a real browser, against a Fovea that runs:
 *
 *     npx tsx --conditions=react-server tests/bench/explorer-browser.ts http://localhost:3000 tiny-llava-emoji/4-res-4k
 *
 * `next`: from the key j until the next feature's name and its first pictures are on the screen. `slider`: frames a second
 * while a slider of the overlay moves every frame, with as many cards as the page has and with copies up to 60; `still`
 * is the baseline, the same frames without a slider moving. A headless browser draws without a graphics card.
 */
import { chromium, type Page } from "playwright";
import { findBrowser } from "../helpers/browser";

const CARDS = 60;
const FRAMES_MS = 3000;
const STEPS = 30;
const [base = "http://localhost:3000", sae = "tiny-llava-emoji/4-res-4k"] = process.argv.slice(2);
const print = (line: string) => process.stdout.write(`${line}\n`);
const quantiles = (list: readonly number[]) => {
  const sorted = [...list].sort((a, b) => a - b);
  const at = (q: number) => (sorted[Math.floor(q * (sorted.length - 1))] as number).toFixed(0);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, n ${list.length}`;
};

/** Milliseconds from the key to the frame in which another feature's name and at least four loaded pictures are shown. */
function next(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const name = () => `${document.querySelector("main nav")?.textContent}`;
        const before = name();
        const start = performance.now();
        document.dispatchEvent(new KeyboardEvent("keydown", { key: "j", bubbles: true }));
        const look = () => {
          const pictures = [...document.querySelectorAll<HTMLImageElement>("#evidence img")].slice(0, 4);
          const there = name() !== before && pictures.length > 0 && pictures.every((img) => img.complete);
          if (there) requestAnimationFrame(() => resolve(performance.now() - start));
          else requestAnimationFrame(look);
        };
        look();
      }),
  );
}

/** Frames a second while `label` moves once a frame between its ends; without a label nothing moves. */
function frames(page: Page, label: string | null): Promise<number> {
  return page.evaluate(
    ([label, ms]) =>
      new Promise<number>((resolve) => {
        const slider = [...document.querySelectorAll<HTMLInputElement>("#evidence input[type=range]")].find(
          (input) => label !== null && input.closest("label")?.textContent?.includes(label),
        );
        if (label !== null && !slider) throw new Error(`There is no slider ${label}.`);
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
        let n = 0;
        const start = performance.now();
        const step = () => {
          n++;
          if (slider) {
            const [lo, hi] = [Number(slider.min), Number(slider.max)];
            set?.call(slider, String(lo + ((hi - lo) * (n % 50)) / 50));
            slider.dispatchEvent(new Event("input", { bubbles: true }));
          }
          const passed = performance.now() - start;
          if (passed < ms) requestAnimationFrame(step);
          else resolve((n * 1000) / passed);
        };
        requestAnimationFrame(step);
      }),
    [label, FRAMES_MS] as const,
  );
}

const browser = await chromium.launch({ ...(await findBrowser(chromium.executablePath())) });
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
  await page.addInitScript("globalThis.__name = (f) => f"); // tsx names the functions that are sent to the page
  await page.goto(`${base}/${sae}?sort=-detection`, { waitUntil: "networkidle" });
  await page.goto(`${base}${await page.getByRole("link", { name: /#\d+/ }).first().getAttribute("href")}`, {
    waitUntil: "networkidle",
  });
  const steps: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    await page.waitForTimeout(700); // a glance at each
    steps.push(await next(page));
  }
  print(`next: ${quantiles(steps)}`);
  const cards = page.locator("#evidence ul[aria-label=Images] > li");
  for (const copies of [false, true]) {
    if (copies) {
      await page.evaluate((most) => {
        const list = document.querySelector("#evidence ul[aria-label=Images]");
        const own = [...(list?.children ?? [])];
        for (let i = 0; list && own.length > 0 && list.children.length < most; i++)
          list.append((own[i % own.length] as Element).cloneNode(true));
      }, CARDS);
    }
    const n = await cards.count();
    print(
      `slider, ${n} cards: still ${(await frames(page, null)).toFixed(0)} frames a second, opacity ${(await frames(page, "Opacity")).toFixed(0)}${copies ? " (copies follow)" : `, threshold ${(await frames(page, "Threshold")).toFixed(0)}`}`,
    );
  }
} finally {
  await browser.close();
}
