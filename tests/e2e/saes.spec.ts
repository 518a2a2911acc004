import { expect, test } from "@playwright/test";
import { findSae } from "./pages";

test("an SAE is measured from its page, and stands beside the others with its figures", async ({ page }) => {
  test.setTimeout(240_000);
  const ref = await findSae(page);
  const slug = ref.split("/")[1] as string;
  await page.goto(`/${ref}`);
  await page.getByText("Quality, density, training").click();
  await page.getByRole("button", { name: /^Measure( again)?$/ }).click();
  await expect(page.getByText(/^Measured: .*cross-entropy/)).toBeVisible({ timeout: 200_000 });
  const quality = page.getByRole("table", { name: "Quality by modality" });
  await expect(quality.getByRole("row", { name: /ce_recovered_zero/ })).toContainText(/\.\d{3}/);
  await page.getByText("All cross-entropies").click();
  await expect(page.getByRole("table", { name: "nats per token" })).toBeVisible();

  await page.getByRole("link", { name: "beside other SAEs" }).click();
  await expect(page).toHaveURL(/\/saes$/);
  const table = page.getByRole("table", { name: /^Figures of SAEs/ });
  await expect(table.getByRole("link", { name: slug, exact: true })).toBeVisible();
  await table.getByRole("button", { name: "FVU" }).click();
  await expect(page).toHaveURL(/sort=fvu/);
  await expect(table.getByRole("columnheader", { name: "FVU" })).toHaveAttribute("aria-sort", "ascending");
  await page.getByRole("radio", { name: "Image" }).click();
  await expect(page).toHaveURL(/of=image/);
});

test("the SAEs that are compared stand in the address, and those that are not there are named", async ({ page }) => {
  const ref = await findSae(page);
  await page.goto(`/saes?in=${ref}&in=nobody/nothing`);
  await expect(page.getByText("There is no SAE nobody/nothing.")).toBeVisible();
  await expect(page.getByText(/^How well .*: 1 SAE of \d+ shown/)).toBeVisible();
  const boxes = page.getByRole("checkbox", { name: /^Show / });
  await expect(page.getByRole("checkbox", { name: `Show ${ref.split("/")[1]}`, exact: true })).toBeChecked();
  if ((await boxes.count()) > 1) {
    await page.getByRole("button", { name: "Show all" }).click();
    await expect(page).toHaveURL(/\/saes$/);
    for (const box of await boxes.all()) await expect(box).toBeChecked();
  }
});
