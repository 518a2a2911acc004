import { expect, type Page, test } from "@playwright/test";
import { findFeature, findSae, pressUntil } from "./pages";

const answer = (page: Page, name: "Untouched" | "Steered") =>
  page.getByRole("article", { name }).getByRole("group", { name: /answer/ });
const frames = (page: Page) => page.getByRole("list", { name: "Doses" }).getByRole("listitem");
const DONE = { timeout: 60_000 };

test("a feature is steered from its page; the run stays, opens for ever, and can be forked", async ({ page }) => {
  test.setTimeout(150_000);
  const { ref, label } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  await page.getByRole("link", { name: "Steer this" }).waitFor();
  await pressUntil(page, "s", () => expect(page).toHaveURL(/\/steer/, { timeout: 5000 }));
  const rows = page.getByRole("list", { name: "Features on the desk" }).getByRole("listitem");
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText(label);
  await page.getByRole("list", { name: "Samples" }).getByRole("button").first().click();
  await expect(page).toHaveURL(/image=[0-9a-f]{64}/);
  await page.getByRole("spinbutton", { name: "length" }).fill("10");

  await page.keyboard.press("ControlOrMeta+Enter");
  await expect(page.getByText(/^first token \d/)).toBeVisible(DONE);
  await expect(answer(page, "Untouched")).toContainText(/\w/, DONE);
  await expect(answer(page, "Steered")).toContainText(/\w/, DONE);

  await page.getByLabel("doses").selectOption("-1..1");
  await page.getByRole("button", { name: "Make film strip" }).click();
  await expect(page.locator("[data-verdict]")).toContainText(/specific/i, DONE);
  await expect(frames(page)).toHaveCount(3);
  await expect(page.getByRole("listitem", { name: "Dose 0" })).toContainText("equals the untouched answer");
  const plain = ((await answer(page, "Untouched").textContent()) ?? "").trim();
  const steered = ((await answer(page, "Steered").textContent()) ?? "").trim();

  await page.getByRole("link", { name: "Permalink" }).click();
  await expect(page).toHaveURL(/\/run\/r\w+$/);
  await page.reload();
  await expect(answer(page, "Untouched")).toHaveText(plain);
  await expect(answer(page, "Steered")).toHaveText(steered);
  await expect(frames(page)).toHaveCount(3);
  // Both answers are in the document itself: the page can be read without scripts.
  const html = await (await page.request.get(page.url())).text();
  const words = html.replaceAll(/<!--.*?-->|<[^>]+>/g, "");
  expect(words).toContain(plain);
  expect(words).toContain(steered);

  await page.getByRole("link", { name: "Fork" }).click();
  await expect(page).toHaveURL(/\/steer\?.*f=.*len=10.*doses=-1\.\.1/);
  await expect(rows).toHaveCount(1);
  await expect(page.getByRole("button", { name: /^Run/ })).toBeEnabled();
});

test("a change dims the old answers at once, and back undoes it", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  const [model, sae, index] = ref.split("/");
  await page.goto(`/steer?in=${model}&f=${sae}/${index}:2:add&len=6`);
  await page.getByRole("button", { name: /^Run/ }).click();
  await expect(answer(page, "Steered")).toContainText(/\w/, DONE);
  await expect(page.getByRole("button", { name: "Cancel" })).toBeHidden(DONE);
  await page.getByRole("combobox", { name: /^Method/ }).selectOption("ablate");
  await expect(page).toHaveURL(/:ablate/);
  await expect(page.getByText("changed since: run again")).toBeVisible();
  await page.goBack();
  await expect(page.getByRole("combobox", { name: /^Method/ })).toHaveValue("add");
  await expect(page.getByText("changed since: run again")).toBeHidden();
});

test("a set-up is saved as a recipe and opens as it was; a deleted one can be taken back", async ({ page }) => {
  const { ref, label } = await findFeature(page, await findSae(page));
  const [model, sae, index] = ref.split("/");
  const name = `warm ${Date.now()}`;
  await page.goto(
    `/steer?in=${model}&f=${sae}/${index}:1.5:clamp&prompt=who+is+there%3F&where=text&seed=7&len=9&doses=-2..2`,
  );
  const set = new URL(page.url()).search;
  await page.getByRole("button", { name: "Save as recipe" }).click();
  await page.getByRole("textbox", { name: "Name of the recipe" }).fill(name);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByRole("combobox", { name: "Recipe" }).locator("option:checked")).toHaveText(name);

  await page.goto(`/steer?in=${model}`);
  const saved = page.getByRole("list", { name: "Saved recipes" }).getByRole("listitem");
  const card = saved.filter({ hasText: name });
  await card.getByRole("link").click();
  const rows = page.getByRole("list", { name: "Features on the desk" }).getByRole("listitem");
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText(label);
  expect(new URL(page.url()).search).toBe(set);
  await expect(page.getByRole("combobox", { name: /^Method/ })).toHaveValue("clamp");
  await expect(page.getByRole("textbox", { name: "Question" })).toHaveValue("who is there?");
  await expect(page.getByRole("spinbutton", { name: "seed" })).toHaveValue("7");
  await expect(page.getByRole("spinbutton", { name: "length" })).toHaveValue("9");

  await page.goto(`/steer?in=${model}`);
  const gone = saved.filter({ hasText: "Deleted" });
  await card.getByRole("button", { name: /^Delete/ }).click();
  await gone.getByRole("button", { name: "Undo" }).click();
  await expect(card.getByRole("link")).toBeVisible();
  await card.getByRole("button", { name: /^Delete/ }).click();
  await expect(gone).toContainText(name);
  await page.reload();
  await expect(card).toHaveCount(0);
});
