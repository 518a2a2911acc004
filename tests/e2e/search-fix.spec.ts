import { expect, type Page, test } from "@playwright/test";
import { findSae } from "./pages";

const SEARCHED_MS = 120_000;

/** The desk of a search, by the names that a screen reader says. */
class FixPage {
  constructor(readonly page: Page) {}

  get found() {
    return this.page.getByRole("list", { name: "Found features" }).getByRole("listitem");
  }

  /** A question to start from; its wanted answer is "no". */
  async chooseFirst(): Promise<void> {
    await this.page.goto("/steer/search");
    const first = this.page
      .getByRole("region", { name: /say no/ })
      .getByRole("button")
      .first();
    // A page that is shown before its scripts run loses clicks.
    await expect(async () => {
      await first.click({ timeout: 2000 });
      await expect(this.page.getByRole("textbox", { name: "Question" })).not.toHaveValue("", { timeout: 2000 });
    }).toPass({ timeout: 20_000 });
  }

  async answer(name: "wanted answer" | "unwanted answer", text: string): Promise<void> {
    await this.page.getByRole("textbox", { name, exact: true }).fill(text);
  }

  /** Every figure of the result, as it is written. */
  async figures(): Promise<string[]> {
    const tables = await this.page.getByRole("table").getByRole("row").allInnerTexts();
    const rows = [...(await this.found.allInnerTexts()), ...tables];
    return rows.map((row) => row.replace(/\s+/g, " "));
  }
}

test("a trace leads to the smallest fix, which stays at its address and goes on to the steering desk", async ({
  page,
}) => {
  test.setTimeout(240_000);
  await findSae(page);
  const desk = new FixPage(page);
  await page.goto("/trace");
  await page
    .getByRole("region", { name: /wrong yes/ })
    .getByRole("button")
    .first()
    .click();
  await expect(page.getByRole("textbox", { name: "Question" })).not.toHaveValue("");
  await page.getByRole("textbox", { name: "answer", exact: true }).fill("yes");
  await page.getByRole("textbox", { name: "against", exact: true }).fill("no");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("link", { name: "Search the smallest fix" }).click({ timeout: 60_000 });
  // What lost is wanted, whichever of the two it was.
  await expect(page).toHaveURL(/\/steer\/search\?in=.*image=[0-9a-f]{64}.*wanted=(no&unwanted=yes|yes&unwanted=no)/);
  await expect(page.getByRole("textbox", { name: "Question" })).not.toHaveValue("");

  await page.getByText("Limits", { exact: true }).click();
  await page.getByRole("spinbutton", { name: "KL, nats" }).fill("1");
  await page.getByRole("spinbutton", { name: "share changed" }).fill("0.5");
  await page.getByRole("spinbutton", { name: "Other images to try it on" }).fill("4");
  await expect(page).toHaveURL(
    ({ searchParams }) => searchParams.get("others") === "4" && searchParams.get("kl") === "1",
  );
  await page.getByRole("button", { name: "Search", exact: true }).click();
  await expect(page.getByRole("progressbar", { name: "Progress of the search" })).toBeVisible();
  const verdict = page.getByRole("heading", { name: /^Found: \d features?$/ });
  await expect(verdict).toBeVisible({ timeout: SEARCHED_MS });
  const n = await desk.found.count();
  expect(n).toBeGreaterThan(0);
  await expect(page.getByRole("table", { name: /Sets of features on the way/ })).toContainText("nothing turned");
  await expect(page.getByText(/^Held-out prompts/)).toBeVisible();
  const seen = await desk.figures();

  await page.getByRole("link", { name: "Permanent link" }).click();
  await expect(page).toHaveURL(/\/run\/r\w+$/);
  await page.reload();
  await expect(verdict).toBeVisible();
  expect(await desk.figures()).toEqual(seen);
  await expect(page.getByRole("link", { name: "Fork" })).toHaveAttribute(
    "href",
    /^\/steer\/search\?in=.*others=4.*kl=1/,
  );

  await page.getByRole("link", { name: "Put on the desk" }).click();
  await expect(page).toHaveURL(/\/steer\?.*f=.*image=[0-9a-f]{64}/);
  await expect(page.getByRole("list", { name: "Features on the desk" }).getByRole("listitem")).toHaveCount(n);
  await expect(page.getByRole("link", { name: "Search features for me" })).toHaveAttribute("href", /in=.*image=/);
});

test("back undoes a choice, and what a search lacks is told", async ({ page }) => {
  test.setTimeout(120_000);
  await findSae(page);
  const desk = new FixPage(page);
  await desk.chooseFirst();
  await expect(page).toHaveURL(/wanted=no&unwanted=yes/);
  await page.goBack();
  await expect(page.getByRole("textbox", { name: "Question" })).toHaveValue("");
  await expect(page.getByRole("button", { name: "Search", exact: true })).toBeDisabled();
  await page.goForward();
  await desk.answer("unwanted answer", "no");
  await expect(page.getByText("The wanted and the unwanted answer are the same.")).toBeVisible();
  await desk.answer("unwanted answer", "");
  await page.getByRole("combobox", { name: /stored questions/ }).selectOption("country");
  await expect(page).toHaveURL(/questions=country/);
  await page.getByRole("radio", { name: "wrong no" }).click();
  await expect(page).toHaveURL(/mend=no/);
  await page.goBack();
  await expect(page.getByRole("radio", { name: "wrong yes" })).toHaveAttribute("aria-checked", "true");
});

test("desk and result fit a phone", async ({ page }) => {
  test.setTimeout(180_000);
  await page.setViewportSize({ width: 390, height: 844 });
  await findSae(page);
  const desk = new FixPage(page);
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await desk.chooseFirst();
  expect(await wide()).toBeLessThanOrEqual(0);
  await page.getByText("Limits", { exact: true }).click();
  await page.getByRole("spinbutton", { name: "Other images to try it on" }).fill("0");
  await page.keyboard.press("Control+Enter");
  await expect(page.locator("[data-verdict]")).toBeVisible({ timeout: SEARCHED_MS });
  expect(await wide()).toBeLessThanOrEqual(0);
});
