import { expect, type Page, test } from "@playwright/test";
import { findSae } from "./pages";

const TRACED_MS = 45_000;

/** The trace desk, by the names that a screen reader says. */
class TracePage {
  constructor(readonly page: Page) {}

  get causes() {
    return this.page.getByRole("table", { name: /Causes of the answer/ });
  }

  /** Chooses the first question that the desk offers and runs it by the keyboard. */
  async traceFirst(): Promise<void> {
    await this.page.goto("/trace");
    await this.page
      .getByRole("region", { name: /wrong yes/ })
      .getByRole("button")
      .first()
      .click();
    await expect(this.page.getByRole("textbox", { name: "Question" })).not.toHaveValue("");
    await this.page.keyboard.press("Control+Enter");
    await expect(this.causes).toBeVisible({ timeout: TRACED_MS });
  }

  /** Figures of the first rows, as they are written. */
  async figures(): Promise<string[]> {
    return (await this.causes.getByRole("row").allInnerTexts()).slice(1, 6).map((row) => row.replace(/\s+/g, " "));
  }
}

test("an answer is traced to features, leads to the steering desk, and stays at its own address", async ({ page }) => {
  await findSae(page);
  const desk = new TracePage(page);
  await desk.traceFirst();
  await expect(page).toHaveURL(/\/trace\?image=[0-9a-f]{64}&prompt=/);
  const rows = desk.causes.getByRole("row");
  // Estimate and ablation are both figures in the strongest row.
  await expect(rows.nth(1)).toContainText(/[+−]\d.*[+−]\d/s);
  await expect(desk.causes.getByRole("rowheader", { name: "SAE error" })).toBeVisible();
  await expect(page.locator("[data-overlay=signed] canvas")).toBeVisible();

  const steer = page.getByRole("link", { name: /^steer this/ }).first();
  await expect(steer).toHaveAttribute("href", /^\/steer\?f=[^/:]+\/\d+:-?2:add&in=[^&]+&image=[0-9a-f]{64}&prompt=/);
  const ablate = page.getByRole("link", { name: /^ablate this/ }).first();
  await expect(ablate).toHaveAttribute("href", /^\/steer\?f=[^/:]+\/\d+:0:ablate&/);

  const seen = await desk.figures();
  await page.getByRole("link", { name: "Permanent link" }).click();
  await expect(page).toHaveURL(/\/run\/r\w+$/);
  await page.reload();
  await expect(desk.causes).toBeVisible();
  expect(await desk.figures()).toEqual(seen);
  await page.getByRole("link", { name: "Fork" }).click();
  await expect(page).toHaveURL(/\/trace\?in=[^&]+&image=[0-9a-f]{64}&prompt=/);
  await expect(page.getByRole("button", { name: "Trace", exact: true })).toBeEnabled();
});

test("back undoes a choice, and equal answers are told with a way on", async ({ page }) => {
  await findSae(page);
  await page.goto("/trace");
  const question = page.getByRole("textbox", { name: "Question" });
  await page
    .getByRole("region", { name: /wrong yes/ })
    .getByRole("button")
    .first()
    .click();
  await expect(question).not.toHaveValue("");
  await page.getByRole("radio", { name: "Halving" }).click();
  await expect(page).toHaveURL(/method=halving/);
  await page.goBack();
  await expect(page.getByRole("radio", { name: "Gradient" })).toHaveAttribute("aria-checked", "true");
  await page.getByRole("textbox", { name: "answer" }).fill("yes");
  await page.getByRole("textbox", { name: "against" }).fill("yes");
  await page.getByRole("button", { name: "Trace", exact: true }).click();
  await expect(page.getByText("ANSWERS_EQUAL")).toBeVisible({ timeout: TRACED_MS });
  await expect(page.getByRole("button", { name: "Let the model propose" })).toBeVisible();
});

test("the desk fits a phone", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await findSae(page);
  const desk = new TracePage(page);
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await page.goto("/trace");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  expect(await wide()).toBeLessThanOrEqual(0);
  await page
    .getByRole("region", { name: /wrong yes/ })
    .getByRole("button")
    .first()
    .click();
  await page.getByRole("button", { name: "Trace", exact: true }).click();
  const parts = page.getByRole("radiogroup", { name: "Part of the result" });
  await expect(parts).toBeVisible({ timeout: TRACED_MS });
  for (const part of ["Where", "Causes", "Gains", "Checks"]) {
    await parts.getByRole("radio", { name: part }).click();
    expect(await wide(), part).toBeLessThanOrEqual(0);
  }
  await parts.getByRole("radio", { name: "Causes" }).click();
  await expect(desk.causes).toBeVisible();
});
