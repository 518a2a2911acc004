import { expect, test } from "@playwright/test";
import { FeaturePage, findFeature, findSae, ListPage, pressUntil } from "./pages";

const SOON = { timeout: 3000 };

test("from home to a list, narrowed and sorted, to a feature, and on with j and k", async ({ page }) => {
  const ref = await findSae(page);
  await page.goto("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const list = new ListPage(page);
  await list.open(ref);
  await list.sortBy("-density");
  await expect(page.getByText(/features? match|features?$/).first()).toBeVisible();
  await list.cards.first().click();
  await expect(page).toHaveURL(new RegExp(`/${ref}/\\d+\\?.*sort=-density`));
  const first = page.url();
  await page.getByRole("link", { name: "Next feature" }).waitFor();
  await pressUntil(page, "j", () => expect(page).not.toHaveURL(first, SOON));
  await page.keyboard.press("k");
  await expect(page).toHaveURL(first);
});

test("fries are found by search, and by a misspelling of it", async ({ page }) => {
  await findSae(page);
  await page.goto("/");
  const search = page.getByRole("searchbox", { name: "Search features", exact: true });
  await pressUntil(page, "/", () => expect(search).toBeFocused(SOON));
  await search.fill("fries");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/search\?q=fries/);
  const results = page.getByRole("list", { name: "Results" });
  await expect(results.getByRole("link").first()).toContainText(/fries/i);
  await page.getByRole("searchbox", { name: "Search features by words" }).fill("frise");
  await expect(page).toHaveURL(/q=frise/);
  await expect(results.getByRole("link", { name: /fries/i }).first()).toBeVisible();
  await results.getByRole("link", { name: /fries/i }).first().click();
  await expect(new FeaturePage(page).title).toBeVisible();
});

test("overlay and band change in place, and the link opens the same view elsewhere", async ({ page, context }) => {
  const { ref, label } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  const feature = new FeaturePage(page);
  await expect(feature.title).toHaveText(label);
  await expect(feature.pictures.first()).toBeVisible();
  await feature.chooseOverlay("Heat");
  await expect(page).toHaveURL(/overlay=heat/);
  expect(await feature.overlayDrawn()).toBe("heat");
  const band = await feature.chooseLowerBand();
  await expect(page).toHaveURL(new RegExp(`band=${band}`));
  await expect(page.getByRole("region", { name: "Evidence" })).toContainText(/of those that fire/);

  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy link" }).click();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const other = await context.newPage();
  await other.goto(link);
  const copy = new FeaturePage(other);
  await expect(copy.title).toHaveText(label);
  await expect(other.getByRole("radiogroup", { name: "Overlay" }).getByRole("radio", { name: "Heat" })).toHaveAttribute(
    "aria-checked",
    "true",
  );
  await expect.poll(() => copy.overlayDrawn()).toBe("heat");
  expect(new URL(other.url()).search).toContain(`band=${band}`);
});

test("the mask has the support of the stored grid", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}?cut=0`);
  await new FeaturePage(page).pictures.first().waitFor();
  const answer = await page.request.get(`/api/v1/features/${ref}/exemplars?band=top`);
  const { items } = (await answer.json()) as { items: { grid: string; image: object | null }[] };
  const codes = Buffer.from(items.find((i) => i.image)?.grid ?? "", "base64");
  const firing = codes.filter((c) => c > 0).length;
  const clear = () =>
    page
      .locator("[data-overlay=spot] canvas")
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        const { data } = (canvas.getContext("2d") as CanvasRenderingContext2D).getImageData(
          0,
          0,
          canvas.width,
          canvas.height,
        );
        return data.filter((x, i) => i % 4 === 3 && x === 0).length;
      });
  await expect.poll(clear).toBe(firing);
});

test("keys are listed on ?, and a random feature is one key away", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  await new FeaturePage(page).pictures.first().waitFor();
  const keys = page.getByRole("dialog", { name: "Keys of this page" });
  await pressUntil(page, "?", () => expect(keys).toContainText("next overlay mode", SOON));
  await page.keyboard.press("Escape");
  await expect(keys).toBeHidden();
  await page.keyboard.press("o");
  await expect(page).toHaveURL(/overlay=line/);
  await page.keyboard.press("r");
  await expect(page).toHaveURL(/\/\d+/);
});

test("commands find a feature, a page and an action, by keyboard alone", async ({ page }) => {
  const { ref, label } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  await new FeaturePage(page).pictures.first().waitFor();
  const field = page.getByRole("combobox", { name: "Features, pages, actions" });
  const commands = page.getByRole("listbox", { name: "Commands" });
  await pressUntil(page, "Control+k", () => expect(field).toBeFocused(SOON));
  await field.fill("next overlay");
  await expect(commands.getByRole("option").first()).toContainText("next overlay mode");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/overlay=line/);
  await pressUntil(page, "Control+k", () => expect(field).toBeFocused(SOON));
  await field.fill(label);
  await expect(commands.getByRole("option", { name: new RegExp(label, "i") }).first()).toBeVisible();
  await field.fill("trace");
  await commands.getByRole("option", { name: /Trace an answer/ }).waitFor();
  while (
    !(await commands.getByRole("option", { name: /Trace an answer/ }).getAttribute("aria-selected"))?.includes("true")
  )
    await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/trace$/);
});
