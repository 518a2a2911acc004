import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { atRest, knownThings, PAGES, pageFiles, tooWide } from "./every-page";

/** Violations that keep people out, one line each with the first elements. */
async function barriers(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => {
      const first = nodes.slice(0, 4).map((node) => `\n    ${node.html.slice(0, 200)}\n      ${node.failureSummary}`);
      return `${id} (${nodes.length}): ${help}${first.join("")}`;
    });
}

test("every page of the app is in the list of pages", () => {
  expect(Object.keys(PAGES).sort()).toEqual(pageFiles());
});

for (const [file, addresses] of Object.entries(PAGES)) {
  test(`${file} keeps nobody out, in light and in dark, and fits a phone of 360 px`, async ({ page }) => {
    test.setTimeout(600_000);
    const paths = addresses(await knownThings(page));
    for (const path of paths) {
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.goto(path);
      await atRest(page);
      expect.soft(await barriers(new AxeBuilder({ page })), path).toEqual([]);
      // Nothing but colours depends on the theme; half-way between two themes there is the contrast of neither.
      await page.addStyleTag({ content: "*, *::before, *::after { transition: none !important }" });
      await page.emulateMedia({ colorScheme: "dark" });
      await expect(page.locator("html")).toHaveClass(/dark/);
      await page.evaluate(() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted))));
      const colours = new AxeBuilder({ page }).withRules("color-contrast");
      expect.soft(await barriers(colours), `${path}, dark`).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      await page.goto(path);
      await atRest(page);
      expect.soft(await tooWide(page), `${path} is too wide by`).toBeLessThanOrEqual(0);
      const others = new AxeBuilder({ page }).disableRules("color-contrast");
      expect.soft(await barriers(others), `${path}, phone`).toEqual([]);
    }
  });
}
