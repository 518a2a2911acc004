import { expect, test } from "@playwright/test";
import { findFeature, findSae } from "./pages";

test("a word is written on an image, moved by keyboard and pointer, and the link shows the same to others", async ({
  page,
}) => {
  const sae = await findSae(page);
  const { ref } = await findFeature(page, sae);
  await page.goto(`/inspect/word?f=${ref}&word=fries`);
  const word = page.getByRole("application", { name: /The word “fries”/ });
  await expect(word).toBeVisible();
  await expect(page).toHaveURL(/image=[0-9a-f]{64}/);
  const changes = page.getByRole("region", { name: "Gained" });
  await expect(changes.getByRole("listitem").first()).toBeVisible();
  const says = page.getByRole("paragraph").filter({ hasText: "The word changes it by" });
  await expect(says).toBeVisible();
  await expect(page.getByText("letters scrambled", { exact: true }).first()).toBeVisible();

  await word.focus();
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(/x=48/);
  await expect(page).toHaveURL(/y=60/);

  const from = (await word.boundingBox()) as { x: number; y: number; width: number; height: number };
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2, from.y - 60, { steps: 6 });
  await page.mouse.up();
  await expect(page).not.toHaveURL(/y=60/);
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);

  // Another feature of the list is followed from there.
  const row = changes.getByRole("listitem").first();
  await row.getByRole("button").click();
  await expect(row.getByRole("button")).toHaveAttribute("aria-pressed", "true");
  const index = (await row.getByRole("link").getAttribute("href"))?.split("/").at(-1);
  await expect(page.getByRole("heading", { level: 2 }).filter({ hasText: `#${index}` })).toBeVisible();
  const verdict = await says.textContent();
  const link = page.url();
  await page.goto(link);
  await expect(says).toHaveText(verdict ?? "");
});
