import { expect, test } from "@playwright/test";
import { FeaturePage, findFeature, findSae } from "./pages";

test("the theme changes, stays, and does not flash", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto("/");
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByRole("button", { name: /^Theme: system/ }).click();
  await page.getByRole("button", { name: /^Theme: light/ }).click();
  await expect(page.locator("html")).toHaveClass(/dark/);
  const dark = await background();
  expect(dark).not.toBe(light);
  // The class is there before the first paint: it is set by a script in the document itself.
  await page.goto("/runs", { waitUntil: "commit" });
  await expect(page.locator("html")).toHaveClass(/dark/);
  expect(await background()).toBe(dark);
});

test("a feature's page shows its first picture on a phone without scrolling", async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  const { ref } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  await expect(new FeaturePage(page).pictures.first()).toBeInViewport();
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true });

  test("a feature's name comes before what can be done with it, and the rest of that is a menu", async ({ page }) => {
    const { ref } = await findFeature(page, await findSae(page));
    await page.goto(`/${ref}`);
    const top = async (role: "heading" | "link", name: string | RegExp) =>
      (await page.getByRole(role, { name }).first().boundingBox())?.y ?? 0;
    expect(await top("heading", /./)).toBeLessThan(await top("link", "Steer this"));
    const cite = page.getByRole("button", { name: "Cite" });
    await expect(cite).toBeHidden();
    await page.getByRole("button", { name: "More to do with this feature" }).click();
    await cite.click();
    await expect(page.getByRole("dialog")).toBeVisible();
  });

  test("what is found is shown before the filters, which say how many are on", async ({ page }) => {
    await page.goto(`/search?q=fries&in=${await findSae(page)}`);
    await expect(page.getByRole("list", { name: "Results" }).getByRole("link").first()).toBeInViewport();
    const filters = page.getByRole("button", { name: "Filters (1)" });
    await expect(page.getByLabel("modality")).toBeHidden();
    await filters.click();
    await expect(page.getByLabel("modality")).toBeVisible();
    await page.getByRole("button", { name: /^Show \d+ features?$/ }).click();
    await expect(page.getByLabel("modality")).toBeHidden();
  });
});

test("what does not exist says so", async ({ page }) => {
  const sae = await findSae(page);
  for (const path of ["/no-such-model", "/no-such-model/sae/1", `/${sae}/99999999`, `/${sae}/012`, "/run/rNothing"]) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(404);
    await expect(page.getByText("Nothing has this address")).toBeVisible();
  }
});

test("a feature's page stays within its budget of scripts", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  const html = await (await page.request.get(`/${ref}`)).text();
  const sources = [...html.matchAll(/<script[^>]*src="([^"]+)"[^>]*>/g)]
    .filter(([tag]) => !/nomodule/i.test(tag))
    .map(([, src]) => src as string);
  let bytes = 0;
  for (const src of new Set(sources)) {
    const { gzipSync } = await import("node:zlib");
    bytes += gzipSync(await (await page.request.get(src)).body()).length;
  }
  expect(bytes / 1000).toBeLessThan(150);
});
