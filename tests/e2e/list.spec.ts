import { expect, type Page, test } from "@playwright/test";
import { findSae, ListPage } from "./pages";

/** What the server says of the same list. */
async function ask(page: Page, ref: string, query: string): Promise<{ total: number; items: { index: number }[] }> {
  return (await page.request.get(`/api/v1/features/${ref}?${query}`)).json();
}

const count = (page: Page) => page.getByRole("region", { name: "Features" }).locator("p[aria-live]");
const bars = (page: Page) => page.getByRole("img", { name: /features by detection/ });

test("dragging across a distribution narrows the list as the server would, and back undoes it", async ({ page }) => {
  const ref = await findSae(page);
  await new ListPage(page).open(`${ref}?sort=-detection`);
  const all = (await count(page).textContent()) as string;
  // The index comes when the page is idle.
  await bars(page).waitFor();
  await bars(page).scrollIntoViewIfNeeded();
  const box = (await bars(page).boundingBox()) as { x: number; y: number; width: number; height: number };
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.5, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, y, { steps: 4 });
  await page.mouse.move(box.x + box.width * 0.8, y, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/detection=[\d.]+\.\.[\d.]+/);
  const range = new URL(page.url()).searchParams.get("detection") as string;
  const server = await ask(page, ref, `sort=-detection&detection=${range}&limit=3`);
  await expect(count(page)).toHaveText(new RegExp(`^${server.total.toLocaleString("en")} features? match$`));
  const links = page.getByRole("list", { name: "Features" }).getByRole("link");
  for (const [i, item] of server.items.entries())
    await expect(links.nth(i)).toHaveAttribute("href", new RegExp(`/${item.index}\\?`));
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(count(page)).toHaveText(all);
  await expect(page).not.toHaveURL(/detection=\d/);
});

test("a list that nothing passes names the tightest filter and relaxes it", async ({ page }) => {
  const ref = await findSae(page);
  await page.goto(`/${ref}?density=0.9..&imageShare=.5..`);
  const drop = page.getByRole("button", { name: /^Drop density/ });
  await expect(drop).toContainText(/: [\d,]+ features?/);
  await drop.click();
  await expect(count(page)).toHaveText(/match$/);
  await expect(page).toHaveURL(/imageShare=/);
});

test("a long list is drawn only where it is looked at, and its end can be reached", async ({ page }) => {
  const ref = await findSae(page);
  await new ListPage(page).open(`${ref}?layout=table`);
  await bars(page).waitFor();
  const rows = page.getByRole("list", { name: "Features" }).getByRole("listitem");
  expect(await rows.count()).toBeLessThan(120);
  const last = await ask(page, ref, "sort=-index&limit=1");
  await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
  const list = page.getByRole("list", { name: "Features" });
  await expect(list.locator(`a[href="/${ref}/${last.items[0]?.index}"]`)).toBeVisible();
});
