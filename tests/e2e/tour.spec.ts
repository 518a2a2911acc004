import { expect, test } from "@playwright/test";
import { findSae } from "./pages";

test("who is here for the first time is shown around in three steps, once", async ({ page }) => {
  await findSae(page);
  await page.goto("/");
  const tour = page.getByRole("region", { name: "Tour" });
  await tour.getByRole("link", { name: "Show me" }).click();
  await expect(tour).toContainText("1 of 3");
  await tour.getByRole("link", { name: "Next" }).click();
  await expect(page).toHaveURL(/\/\d+\?story=tour\.2$/);
  await expect(tour).toContainText("2 of 3");
  await tour.getByRole("link", { name: "Next" }).click();
  await expect(tour).toContainText("3 of 3");
  await tour.getByRole("button", { name: "Done" }).click();
  await expect(tour).toBeHidden();
  await expect(page).not.toHaveURL(/story/);
  await page.goto("/");
  await page.getByRole("button", { name: "Keys of this page" }).click();
  await expect(tour).toBeHidden();
  await page.getByRole("link", { name: "Take the tour" }).click();
  await expect(tour).toContainText("1 of 3");
});
