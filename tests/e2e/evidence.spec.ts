import { expect, test } from "@playwright/test";
import { FeaturePage, findFeature, findSae, pressUntil } from "./pages";

const SOON = { timeout: 3000 };

test("near misses stand beside the image that they look like, and both sorts are silent", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}?band=miss`);
  const pairs = page.getByRole("list", { name: "Pairs of an image that fires and one that is silent" });
  await expect(pairs.getByRole("listitem").first()).toBeVisible();
  const pair = pairs.getByRole("listitem").first();
  await expect(pair.getByRole("img")).toHaveCount(2);
  await expect(pair.getByRole("img").last()).toHaveAttribute("alt", /feature silent/);
  await expect(pair.getByRole("img").first()).toHaveAttribute("alt", /feature active/);
  const sorts = page.getByRole("radiogroup", { name: "Sort of near miss" });
  const other = sorts.getByRole("radio", { checked: false });
  await other.click();
  await expect(page.getByText(/pairs?:|None of this sort/).first()).toBeVisible();
  const answer = await page.request.get(`/api/v1/features/${ref}/exemplars?band=miss`);
  for (const item of ((await answer.json()) as { items: { grid: string; peak: number }[] }).items) {
    expect(item.peak).toBe(0);
    expect(Math.max(0, ...Buffer.from(item.grid, "base64"))).toBe(0);
  }
});

test("what fires with a feature, its facets and its words lead on, and other SAEs show the same images", async ({
  page,
}) => {
  const { ref } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}?overlay=line`);
  await expect(new FeaturePage(page).title).toBeVisible();
  await expect(page.getByRole("heading", { name: "Fires with" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Words beside it" })).toBeVisible();
  await expect(page.getByText("Shortcut risk")).toBeVisible();
  const twin = page.getByRole("heading", { name: "In pictures and in words" });
  await twin.scrollIntoViewIfNeeded();
  await expect(page.getByRole("region", { name: "Pictures" }).getByRole("img").first()).toBeVisible();
  const under = page.getByRole("heading", { name: "Under other SAEs" });
  await under.scrollIntoViewIfNeeded();
  const other = page.getByRole("region", { name: "fresh-2k" });
  await expect(other.getByRole("img").first()).toBeVisible();
  await other.getByRole("link").click();
  await expect(page).toHaveURL(/\/fresh-2k\/\d+\?.*overlay=line/);
});

test("similar features are asked for by another measure, and the address keeps it", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  await page.getByRole("heading", { name: "Similar features" }).scrollIntoViewIfNeeded();
  await page.getByRole("radiogroup", { name: "Similar by" }).getByRole("radio", { name: "Other SAEs" }).click();
  await expect(page).toHaveURL(/near=otherSae/);
  await expect(page.getByRole("link", { name: /fresh-2k #\d+/ }).first()).toBeVisible();
});

test("an image is enlarged, moved on with l and h, and zoomed with z", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  const feature = new FeaturePage(page);
  await feature.pictures.first().waitFor();
  const large = page.getByRole("dialog", { name: /^Image \d+ of/ });
  await expect(async () => {
    await page.getByRole("list", { name: "Images" }).getByRole("button").first().click({ timeout: 1000 });
    await expect(large).toBeVisible(SOON);
  }).toPass();
  await expect(page.getByRole("dialog", { name: /^Image 1 of/ })).toBeVisible();
  await page.keyboard.press("l");
  await expect(page.getByRole("dialog", { name: /^Image 2 of/ })).toBeVisible();
  await page.keyboard.press("h");
  await expect(page.getByRole("dialog", { name: /^Image 1 of/ })).toBeVisible();
  const pane = large.locator("[data-zoom]");
  await expect(pane).toHaveAttribute("data-zoom", "1.00");
  await page.keyboard.press("z");
  await expect(pane).toHaveAttribute("data-zoom", "2.00");
  await page.keyboard.press("Escape");
  await expect(large).toBeHidden();
});

test("colour by each picture's own peak is an opt-in that every card admits", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  await new FeaturePage(page).pictures.first().waitFor();
  await expect(page.getByText("own scale")).toHaveCount(0);
  const more = page.getByRole("button", { name: "More", exact: true });
  await expect(async () => {
    if ((await more.getAttribute("aria-expanded")) === "false") await more.click();
    await expect(page.getByRole("radiogroup", { name: "Contrast" })).toBeVisible(SOON);
  }).toPass();
  await page.getByRole("radiogroup", { name: "Contrast" }).getByRole("radio", { name: "Per picture" }).click();
  await expect(page).toHaveURL(/contrast=auto/);
  const cards = await page.getByRole("list", { name: "Images" }).getByRole("listitem").count();
  await expect(page.getByText("own scale")).toHaveCount(cards);
});

test("the elevator moves by arrow keys", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  await new FeaturePage(page).pictures.first().waitFor();
  const stops = page.getByRole("radiogroup", { name: "Band of strength" });
  await stops.getByRole("radio", { checked: true }).focus();
  await pressUntil(page, "ArrowDown", () => expect(page).toHaveURL(/band=b[1-5]/, SOON));
  await expect(stops.getByRole("radio", { checked: true })).toBeFocused();
});

test("what fires with a feature is told for images and for texts", async ({ page }) => {
  const sae = await findSae(page);
  const get = async (path: string) => (await page.request.get(`/api/v1/features/${path}`)).json();
  const { items } = await get(`${sae}?modality=both&sort=-nFiring&limit=40`);
  let ref: string | undefined;
  for (const row of items as { ref: string }[]) {
    const { firesWith } = await get(row.ref);
    if (!firesWith?.same.length || !firesWith.text?.same.length) continue;
    ref = row.ref;
    break;
  }
  test.skip(!ref, "no feature has company in both");
  await page.goto(`/${ref}`);
  const company = page.getByRole("radiogroup", { name: "Company in" });
  await company.scrollIntoViewIfNeeded();
  await company.getByRole("radio", { name: "Texts" }).click();
  await expect(page).toHaveURL(/ground=text/);
  await expect(page.getByRole("heading", { name: "Same token" })).toBeVisible();
  await company.getByRole("radio", { name: "Images" }).click();
  await expect(page.getByRole("heading", { name: "Same patch" })).toBeVisible();
});
