import { expect, type Locator, type Page, test } from "@playwright/test";
import { atRest } from "./every-page";
import { findFeature, findSae, pressUntil } from "./pages";

// Nobody touches a mouse here: everything is reached with Tab, or by a key that the page lists under "?".
const SOON = { timeout: 3000 };
const MOST_STOPS = 250;

const isFocused = (target: Locator) => target.evaluate((element) => element === document.activeElement);

/** Goes on with Tab until the target has the focus. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.first().waitFor();
  for (let i = 0; i < MOST_STOPS; i++) {
    if (await isFocused(target.first())) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} is not reached by Tab.`);
}

/** From the top of the page, as after it was opened. */
async function fromTop(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
}

test("from home by search to a feature, its bands and images, on to the next, and to the steering desk", async ({
  page,
}) => {
  test.setTimeout(120_000);
  await findSae(page);
  await page.goto("/");
  const search = page.getByRole("searchbox", { name: "Search features", exact: true });
  await pressUntil(page, "/", () => expect(search).toBeFocused(SOON));
  await page.keyboard.type("fries");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/search\?q=fries/);
  await tabTo(page, page.getByRole("list", { name: "Results" }).getByRole("link"));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/\d+$/);
  await atRest(page);

  // The shaft is one stop; arrows move in it.
  const bands = page.getByRole("radiogroup", { name: "Band of strength" });
  const top = bands.getByRole("radio", { name: "Top" });
  await tabTo(page, top);
  await page.keyboard.press("ArrowDown");
  await expect(page).toHaveURL(/band=b\d/);
  await expect(bands.getByRole("radio", { checked: true })).toBeFocused();
  await page.keyboard.press("1");
  await expect(top).toHaveAttribute("aria-checked", "true");

  const picture = page.getByRole("list", { name: "Images" }).getByRole("button").first();
  await tabTo(page, picture);
  await page.keyboard.press("Enter");
  const large = page.getByRole("dialog", { name: /^Image \d+ of/ });
  await expect(large).toBeVisible();
  await page.keyboard.press("l");
  await expect(page.getByRole("dialog", { name: /^Image 2 of/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(large).toBeHidden();
  await expect(picture).toBeFocused();

  const first = new URL(page.url()).pathname;
  await page.keyboard.press("j");
  await expect(page).not.toHaveURL(new RegExp(`${first}(\\?|$)`));
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await pressUntil(page, "s", () => expect(page).toHaveURL(/\/steer\?/, { timeout: 5000 }));
  await expect(page.getByRole("list", { name: "Features on the desk" }).getByRole("listitem")).toHaveCount(1);
  await pressUntil(page, "+", () => expect(page.getByRole("combobox", { name: "Add a feature" })).toBeFocused(SOON));
});

test("a list is filtered, sorted and opened", async ({ page }) => {
  test.setTimeout(180_000);
  const sae = await findSae(page);
  await page.goto(`/${sae}`);
  await atRest(page);
  const features = page.getByRole("region", { name: "Features" });
  const count = features.locator("p[aria-live]");
  const before = await count.textContent();
  // The index comes when the page is idle; then a change is local.
  await page.getByRole("img", { name: /features by detection/ }).waitFor();
  await tabTo(page, page.getByRole("slider", { name: "detection, at least" }));
  await expect(async () => {
    await page.keyboard.press("PageUp");
    await expect(page).toHaveURL(/detection=/, { timeout: 1500 });
  }).toPass();
  await expect(count).not.toHaveText(before ?? "");
  await expect(count).toHaveText(/match(es)?$/);
  const sort = page.getByLabel("sort");
  await tabTo(page, sort);
  await page.keyboard.press("ArrowDown");
  await expect(page).toHaveURL(/sort=/);
  const row = page.getByRole("list", { name: "Features" }).getByRole("link").first();
  await tabTo(page, row);
  const href = await row.getAttribute("href");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(`${href?.split("?")[0]}\\?.*detection=`));
  await page.keyboard.press("Alt+ArrowLeft");
  await expect(page).toHaveURL(/detection=.*sort=|sort=.*detection=/);
});

test("patches of an image are read, chosen and cleared with arrows, and a feature is pinned", async ({ page }) => {
  const sae = await findSae(page);
  const { ref } = await findFeature(page, sae);
  const answer = await page.request.get(`/api/v1/features/${ref}/exemplars?modality=image`);
  const { items } = (await answer.json()) as { items: { image: { sha: string } }[] };
  await page.goto(`/images/${items[0]?.image.sha}?in=${sae}`);
  const listed = page.getByRole("region", { name: "Features" });
  await listed.getByRole("listitem").first().waitFor();
  await tabTo(page, page.getByRole("application", { name: /Cells of the image/ }));
  await page.keyboard.press("PageUp");
  await page.keyboard.press("Home");
  await expect(page.getByText(/^row 1, column 1:/).first()).toBeAttached();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByText(/^row 2, column 2:/).first()).toBeAttached();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/[?&]a=/);
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(listed.getByRole("heading", { level: 2 })).toContainText("In A, not elsewhere");
  await page.keyboard.press("b");
  await expect(page.getByRole("radio", { name: /^B/ })).toHaveAttribute("aria-checked", "true");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/[?&]b=/);
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/[?&]b=/);
  await page.keyboard.press("b");
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/[?&]a=/);
  await tabTo(page, listed.getByRole("button", { name: /^Pin/ }));
  await page.keyboard.press("Space");
  await expect(page).toHaveURL(/[?&]f=\d+/);
});

test("commands open with Ctrl K from anywhere, and the focus returns when nothing is chosen", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  await atRest(page);
  const compare = page.getByRole("button", { name: "Compare", exact: true });
  await tabTo(page, compare);
  const field = page.getByRole("combobox", { name: "Features, pages, actions" });
  await pressUntil(page, "Control+k", () => expect(field).toBeFocused(SOON));
  await page.keyboard.press("Escape");
  await expect(field).toBeHidden();
  await expect(compare).toBeFocused();
  await page.keyboard.press("Control+k");
  await expect(field).toBeFocused();
  await page.keyboard.type("settings");
  await expect(page.getByRole("option", { name: /^Settings$/ })).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/settings$/);
});

test("every dialog of a feature takes the focus, keeps it, and gives it back", async ({ page }) => {
  test.setTimeout(120_000);
  const { ref } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  await atRest(page);
  const open = page.locator("dialog[open]");
  const openers = [
    page.getByRole("button", { name: "Keys of this page" }),
    page.getByRole("button", { name: "List", exact: true }),
    page.getByRole("button", { name: "Blind test" }),
    page.getByRole("button", { name: "Cite" }),
    page.getByRole("button", { name: "Embed" }),
    page.getByRole("button", { name: /open the items behind it/ }).first(),
  ];
  for (const opener of openers) {
    await fromTop(page);
    await tabTo(page, opener);
    await page.keyboard.press("Enter");
    await expect(open, `${opener}`).toBeVisible();
    await expect(open.getByRole("heading").first()).toBeVisible();
    for (let i = 0; i < 4; i++) await page.keyboard.press("Tab");
    // The browser's own bar is the one other stop of a modal dialog.
    expect(
      await page.evaluate(
        () => document.activeElement === document.body || !!document.activeElement?.closest("dialog"),
      ),
      `${opener} lets the focus go`,
    ).toBe(true);
    await page.keyboard.press("Escape");
    await expect(open).toHaveCount(0);
    await expect(opener, "the focus is given back").toBeFocused();
  }
});
