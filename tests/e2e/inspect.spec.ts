import { expect, test } from "@playwright/test";
import { findFeature, findSae } from "./pages";

test("an image is looked at, a region is chosen by keyboard, and the link shows the same to others", async ({
  page,
}) => {
  const sae = await findSae(page);
  const { ref, label } = await findFeature(page, sae);
  const answer = await page.request.get(`/api/v1/features/${ref}/exemplars?modality=image`);
  const { items } = (await answer.json()) as { items: { image: { sha: string }; peakAt: [number, number] }[] };
  const top = items[0] as (typeof items)[number];
  const [row, col] = top.peakAt;
  await page.goto(`/images/${top.image.sha}?in=${sae}`);
  const features = page.getByRole("region", { name: "Features" });
  const ranking = features.getByRole("list", { name: "Ranking" }).getByRole("listitem");
  await expect(ranking.first()).toBeVisible();

  // To the cell where the feature fires most, by keyboard alone.
  const cells = page.getByRole("application", { name: /Cells of the image/ });
  await cells.focus();
  await page.keyboard.press("PageUp");
  await page.keyboard.press("Home");
  for (let i = 0; i < row; i++) await page.keyboard.press("ArrowDown");
  for (let i = 0; i < col; i++) await page.keyboard.press("ArrowRight");
  await expect(page.getByText(`row ${row + 1}, column ${col + 1}:`).first()).toBeAttached();
  await page.keyboard.press("Enter");
  await expect(features.getByRole("heading", { level: 2 })).toContainText("In A, not elsewhere");
  const index = ref.split("/").at(-1);
  const found = ranking.filter({ hasText: `#${index}` });
  await expect(found).toContainText(label);
  await found.getByRole("button", { name: /^Pin/ }).click();
  await expect(page).toHaveURL(new RegExp(`f=${index}`));

  // The server ranks the same region alike.
  const run = await page.getByRole("link", { name: "Permanent link" }).getAttribute("href");
  const a = new URL(page.url()).searchParams.get("a");
  const ranked = await page.request.post(`/api/v1${run?.replace("/run/", "/runs/")}/query`, { data: { a } });
  const first = ((await ranked.json()) as { items: { ref: string }[] }).items[0]?.ref.split("/").at(-1);
  await expect(ranking.first()).toContainText(`#${first}`);
  const link = page.url();
  await page.goto(link);
  await expect(features.getByRole("heading", { level: 2 })).toContainText("In A, not elsewhere");
  await page.keyboard.press("Escape");
});

test("words of a text are chosen, and a region that does not fit is refused", async ({ page }) => {
  const sae = await findSae(page);
  await page.goto(`/inspect?in=${sae}&text=some+french+fries+on+a+plate`);
  const words = page.getByRole("group", { name: "Words of the input" });
  await words.getByRole("button", { name: /fries/ }).click();
  await expect(page).toHaveURL(/a=t(:|%3A)\d+/);
  await expect(page.getByRole("region", { name: "Features" }).getByRole("listitem").first()).toContainText("A ");
  const run = await page.getByRole("link", { name: "Permanent link" }).getAttribute("href");
  const bad = await page.request.post(`/api/v1${run?.replace("/run/", "/runs/")}/query`, { data: { a: "AAAw" } });
  expect(await bad.json()).toMatchObject({ status: 400, code: "BAD_REGION" });
});

test("what a pinned feature explains of an image is painted, said, and kept in the address", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  const answer = await page.request.get(`/api/v1/features/${ref}/exemplars?modality=image&limit=1`);
  const [item] = (await answer.json()).items;
  await page.goto(`/images/${item.image.sha}?f=${ref}`);
  await page
    .getByRole("radiogroup", { name: "Painted on the image" })
    .getByRole("radio", { name: "Explained", exact: true })
    .click();
  await expect(page.getByText(/ explains 0 \(clear\) to [\d.]+ % of a patch's hidden state/)).toBeVisible({
    timeout: 30_000,
  });
  await expect(page).toHaveURL(/show=explained/);
  await expect(page.getByText(/explains [−\d.]+ % where it fires/)).toBeVisible();
});
