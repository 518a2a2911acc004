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
  let server = { total: 0, items: [] as { index: number }[] };
  // The address follows a drag with a delay.
  await expect(async () => {
    const range = new URL(page.url()).searchParams.get("detection") as string;
    server = await ask(page, ref, `sort=-detection&detection=${range}&limit=3`);
    const said = new RegExp(`^${server.total.toLocaleString("en")} features? match(es)?$`);
    await expect(count(page)).toHaveText(said, { timeout: 1000 });
  }).toPass();
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
  await expect(count(page)).toHaveText(/match(es)?$/);
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

test("the box of a list opens what a pasted link names, and an export keeps the filters", async ({ page }) => {
  const ref = await findSae(page);
  const { items } = await ask(page, ref, "sort=-detection&limit=1");
  const wanted = `/${ref}/${items[0]?.index}`;
  await new ListPage(page).open(`${ref}?sort=-detection&kind=object`);
  await page.getByText("Export", { exact: true }).click();
  await expect(page.getByRole("link", { name: "Table (CSV)" })).toHaveAttribute(
    "href",
    `/api/v1/export/${ref}?part=features&format=csv&sort=-detection&kind=object`,
  );
  const box = page.getByRole("searchbox", { name: /Filter by words/ });
  await expect(async () => {
    await box.fill(`https://www.neuronpedia.org${wanted}`);
    await expect(page.getByRole("link", { name: /^Open / })).toHaveAttribute("href", wanted, { timeout: 1500 });
  }).toPass();
  await box.press("Enter");
  await expect(page).toHaveURL(new RegExp(`${wanted}$`));
});

test("a feature is starred with Shift x, on its card and on its page, and the star is taken back", async ({ page }) => {
  const ref = await findSae(page);
  await new ListPage(page).open(`${ref}?sort=-detection`);
  const card = page.locator("[data-ref]").first();
  const feature = (await card.getAttribute("data-ref")) as string;
  const star = card.getByRole("button", { name: /^Star / });
  // Rows are drawn anew when the index comes, and keys work once the page is alive.
  await expect(async () => {
    await card.getByRole("link").first().focus();
    if ((await star.getAttribute("aria-pressed")) === "false") await page.keyboard.press("Shift+X");
    await expect(star).toHaveAttribute("aria-pressed", "true", { timeout: 1500 });
  }).toPass({ timeout: 20_000 });
  // The mark is shown before it is kept.
  const kept = async () =>
    (await (await page.request.get(`/api/v1/lists?q=Starred&ref=${feature}`)).json()).items.length;
  await expect.poll(kept).toBeGreaterThan(0);
  await page.goto("/lists");
  await page
    .getByRole("link", { name: /Starred/ })
    .first()
    .click();
  await expect(page.getByRole("main").locator(`a[href^="/${feature}"]`).first()).toBeVisible();
  await page.goto(`/${feature}`);
  const own = page.getByRole("button", { name: "Star this feature" });
  await expect(own).toHaveAttribute("aria-pressed", "true");
  await own.click();
  await expect.poll(kept).toBe(0);
  await page.reload();
  await expect(own).toHaveAttribute("aria-pressed", "false");
});

test("the heads of the table sort, falling first and then rising", async ({ page }) => {
  const ref = await findSae(page);
  await new ListPage(page).open(`${ref}?layout=table`);
  const first = page.getByRole("list", { name: "Features" }).getByRole("listitem").first();
  for (const sort of ["-density", "density"]) {
    // A click that comes before the page is alive goes nowhere.
    await expect(async () => {
      if (!page.url().includes(`sort=${sort}`)) await page.getByRole("button", { name: /^Sort by density/ }).click();
      await expect(page).toHaveURL(new RegExp(`sort=${sort}`), { timeout: 2_000 });
    }).toPass();
    const { items } = await ask(page, ref, `sort=${sort}&limit=1`);
    await expect(first).toContainText(`${items[0]?.index}`);
  }
  await expect(page.getByRole("button", { name: "Sort by density: now rising" })).toBeVisible();
});

test("whoever goes on to another SAE keeps filters, order and layout", async ({ page }) => {
  const ref = await findSae(page);
  await new ListPage(page).open(`${ref}?layout=table&sort=-max&density=1e-4..`);
  const others = page.getByText(/^same view of/).getByRole("link");
  await others.first().click();
  await expect(page).not.toHaveURL(new RegExp(`/${ref}[?]`));
  await expect(page).toHaveURL(/layout=table&sort=-max&density=1e-4\.\.$/);
  await expect(page.getByRole("combobox", { name: "sort" })).toHaveValue("-max");
  await expect(page.getByRole("button", { name: "Sort by maximum: now falling" })).toBeVisible();
});

test("a list is read first; Edit changes its words, notes and order, and they are kept", async ({ page }) => {
  const sae = await findSae(page);
  const { items } = await ask(page, sae, "sort=-detection&status=explained&limit=2");
  const refs = items.map(({ index }) => `${sae}/${index}`);
  const made = await page.request.post("/api/v1/lists", { data: { name: "Two to be put in order", refs } });
  await page.goto(`/lists/${(await made.json()).id}`);
  const shown = page.getByRole("list", { name: "Features" }).getByRole("listitem");
  await expect(shown).toHaveCount(2);
  await expect(page.getByRole("textbox", { name: /^Note on/ })).toHaveCount(0);
  const edit = page.getByRole("button", { name: "Edit" });
  await expect(async () => {
    await edit.click();
    await expect(edit).toHaveAttribute("aria-pressed", "true", { timeout: 1500 });
  }).toPass();
  await page.getByRole("textbox", { name: "Description" }).fill("What they have in common");
  await page
    .getByRole("textbox", { name: /^Note on/ })
    .first()
    .fill("the one that went down");
  // The field is left and the button pressed in one moment: one change follows the other.
  await page.getByRole("button", { name: "Move down" }).first().click();
  await page.getByRole("button", { name: "Done" }).click();
  await expect(shown.last()).toContainText("the one that went down");
  await page.reload();
  await expect(page.getByText("What they have in common")).toBeVisible();
  await expect(shown.last()).toContainText("the one that went down");
  await expect(page.getByRole("alert").filter({ hasText: /\S/ })).toHaveCount(0);
});
