// Pictures of the main pages, compared with those in tests/e2e/snapshots; `npm run snapshots` renews them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { atRest, type Known, knownThings } from "./every-page";
import { type Masks, makeStill } from "./still-page";

interface Still extends Masks {
  path: (known: Known) => string;
  /** What comes after the page stands, as a selector. */
  late?: string;
}

/** Pages by the name of their pictures, with what comes from data there. */
const STILLS: Record<string, Still> = {
  home: { path: () => "/", words: "a.rounded-2xl" },
  // The cards are drawn once more when the index of columns is there, and the bars with them.
  list: { path: ({ sae }) => `/${sae}?sort=-detection`, late: "main:has([data-ref] img) fieldset svg" },
  feature: {
    path: ({ feature }) => `/${feature}`,
    late: "button:has-text('Blind test')",
    words: "h1",
    hidden: "[aria-label='Images'] li > *, [aria-label='Band of strength'] > *, aside section:nth-child(n + 2) > *",
    gone: "header h1 + span, header p:has(a[href^='/search']), aside section:first-child > *",
  },
  search: { path: () => "/search?q=fries", gone: "ol[aria-label=Results] > :nth-child(n + 3), ol + button" },
  inspect: { path: () => "/inspect" },
  map: { path: ({ sae }) => `/map?in=${sae}`, hidden: ".overflow-hidden > .pointer-events-auto" },
  compare: {
    path: ({ feature, other }) => `/compare?f=${feature}&f=${other}`,
    words: "h2 a, h2 + p",
    gone: "[aria-label='Shared images'], dl + div > :nth-child(n + 2)",
  },
  steer: { path: () => "/steer", words: "[aria-label='Suggested recipes']" },
  trace: { path: () => "/trace", words: "[aria-labelledby=starters] li" },
  "a-list": { path: ({ list }) => `/lists/${list}` },
  settings: { path: () => "/settings" },
};

// Nothing but colours depends on the theme (access.spec.ts looks at their contrast), so each width is taken in one.
const LOOKS = [
  { look: "wide-light", viewport: { width: 1440, height: 900 }, colorScheme: "light", hasTouch: false },
  { look: "phone-dark", viewport: { width: 390, height: 844 }, colorScheme: "dark", hasTouch: true },
] as const;

// Another browser draws letters and edges a little differently, which says nothing about the pages.
const TAKEN_WITH = fileURLToPath(new URL("snapshots/taken-with.txt", import.meta.url));
test.beforeAll(({ browser }, { config }) => {
  const drawnBy = `${browser.browserType().name()} ${browser.version().split(".")[0]} on ${process.platform}\n`;
  const renews = config.updateSnapshots === "all" || config.updateSnapshots === "changed";
  if (renews) writeFileSync(TAKEN_WITH, drawnBy);
  const takenWith = existsSync(TAKEN_WITH) ? readFileSync(TAKEN_WITH, "utf8") : drawnBy;
  test.skip(takenWith !== drawnBy, `The pictures were taken with ${takenWith.trim()}, and this is ${drawnBy.trim()}.`);
});

for (const { look, ...options } of LOOKS) {
  test.describe(look, () => {
    test.use({ ...options, reducedMotion: "reduce" });
    for (const [name, { path, late, ...masks }] of Object.entries(STILLS)) {
      test(`${name} looks as it did, ${look}`, async ({ page }) => {
        test.setTimeout(120_000);
        // The offer of a tour goes by who was here before.
        await page.addInitScript(() => localStorage.setItem("fovea-toured", "1"));
        await page.goto(path(await knownThings(page)));
        await atRest(page);
        if (late) await page.locator(late).first().waitFor({ state: "attached" });
        await makeStill(page, masks);
        await expect(page).toHaveScreenshot(`${name}-${look}.png`, { timeout: 40_000 });
      });
    }
  });
}
