import { expect, type Page, test } from "@playwright/test";
import { findSae, ListPage, pressUntil } from "./pages";

const selection = (page: Page) => page.getByRole("region", { name: "Selection" });
const clusters = (page: Page) => page.getByRole("region", { name: "Clusters" });

test("a cluster of the map is selected, narrowed by a filter, and opened as a list", async ({ page }) => {
  const ref = await findSae(page);
  await page.goto(`/${ref}`);
  await page.getByRole("link", { name: "Map", exact: true }).last().click();
  await expect(page).toHaveURL(new RegExp(`/map\\?in=${ref}`));
  await expect(page.getByRole("img", { name: /^Map of [\d,]+ features/ })).toBeVisible();
  const first = clusters(page).getByRole("listitem").first();
  await first.locator("summary").click();
  await first.getByRole("button", { name: "Show on the map" }).click();
  const said = selection(page).getByText(/^[\d,]+ features$/);
  await expect(said).toBeVisible();
  const n = Number((await said.textContent())?.replace(/\D/g, ""));
  expect(n).toBeGreaterThan(7);
  await selection(page)
    .getByRole("link", { name: /^(Open as list|List the first)/ })
    .click();
  await expect(page).toHaveURL(new RegExp(`/${ref}\\?only=`));
  const count = page.getByRole("region", { name: "Features" }).locator("p[aria-live]");
  await expect(count).toHaveText(new RegExp(`^${Math.min(n, 500)} features match$`));
  await page.goto(`/map?in=${ref}&imageShare=0.5..&color=density`);
  await expect(page.getByText(/^[\d,]+ of [\d,]+ features match$/)).toBeVisible();
  await expect(page.getByRole("combobox", { name: "colour" })).toHaveValue("density");
});

test("without WebGL the map is a list by cluster", async ({ page }) => {
  const ref = await findSae(page);
  await page.addInitScript(() => {
    const original = HTMLCanvasElement.prototype.getContext as (...args: unknown[]) => unknown;
    HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement, ...args: unknown[]) {
      return String(args[0]).startsWith("webgl") ? null : original.apply(this, args);
    } as typeof HTMLCanvasElement.prototype.getContext;
  });
  await page.goto(`/map?in=${ref}`);
  await expect(page.getByText(/needs WebGL/)).toBeVisible();
  const first = clusters(page).getByRole("listitem").first();
  await first.locator("summary").click();
  await expect(first.getByRole("link", { name: /#\d+/ }).first()).toHaveAttribute("href", new RegExp(`^/${ref}/\\d+$`));
});

test("features put aside with c stay in the tray and are compared with Shift c", async ({ page }) => {
  const ref = await findSae(page);
  const list = new ListPage(page);
  await list.open(`${ref}?sort=-detection&modality=image&status=explained`);
  const tray = page.getByRole("complementary", { name: "Compare tray" });
  await list.cards.nth(0).hover();
  await expect(async () => {
    if (!(await tray.isVisible())) await page.keyboard.press("c");
    await expect(tray).toBeVisible({ timeout: 1500 });
  }).toPass();
  await list.cards.nth(1).hover();
  await page.keyboard.press("c");
  await expect(tray.getByRole("listitem")).toHaveCount(2);
  await expect(page).toHaveURL(/cmp=/);
  // It follows to pages whose address does not name it.
  await page.goto(`/${ref}`);
  await expect(tray.getByRole("listitem")).toHaveCount(2);
  await pressUntil(page, "Shift+C", () => expect(page).toHaveURL(/\/compare\?f=/, { timeout: 3000 }));
  await expect(page.getByRole("heading", { level: 1, name: "Compare" })).toBeVisible();
  const leaveOut = page.getByRole("link", { name: /^Leave out/ });
  await expect(leaveOut).toHaveCount(2);
  await expect(page.getByRole("table").getByText(/shared of \d+/)).toBeVisible();
  await leaveOut.first().click();
  await expect(leaveOut).toHaveCount(1);
});
