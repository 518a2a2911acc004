import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import type { Story } from "@/lib/stories/schema";
import { atRest } from "./every-page";

const NAMES = ["fries", "lines", "feelings", "senses", "yes"];

for (const [i, name] of NAMES.entries()) {
  test(`the story ${name} is walked to its end with Enter alone, or says what it needs`, async ({ page }) => {
    test.setTimeout(180_000);
    await page.addInitScript(() => localStorage.setItem("fovea-toured", "1"));
    const { items } = (await (await page.request.get("/api/v1/stories")).json()) as { items: Story[] };
    const story = items.find((one) => one.name === name) as Story;
    await page.goto("/");
    await page.getByRole("region", { name: "Stories" }).getByRole("link").nth(i).focus();
    await page.keyboard.press("Enter");
    if (story.missing) {
      await expect(page).toHaveURL(story.missing.href);
      return;
    }
    const bar = page.getByRole("region", { name: "Story" });
    for (const [n, step] of story.steps.entries()) {
      await expect(page).toHaveURL(new RegExp(`[?&]story=${name}\\.${n + 1}\\b`), { timeout: 30_000 });
      await expect(bar.getByRole("heading", { name: step.title })).toBeVisible();
      await expect(bar).toContainText(`${n + 1} of ${story.steps.length}`);
      await expect(page.getByText("Nothing has this address")).toBeHidden();
      await atRest(page);
      const { violations } = await new AxeBuilder({ page }).include("section[aria-label=Story]").analyze();
      expect(violations.map(({ id }) => id)).toEqual([]);
      const onward = bar.getByRole(n + 1 < story.steps.length ? "link" : "button", { name: /^(Next|Done)$/ });
      // From the second step on the way on has the focus already.
      if (n === 0) await onward.focus();
      await expect(onward).toBeFocused();
      await page.keyboard.press("Enter");
    }
    await expect(bar).toBeHidden();
    await expect(page).not.toHaveURL(/story=/);
  });
}

test("a story stays while links of the page are followed, and leads back to its step", async ({ page }) => {
  const { items } = (await (await page.request.get("/api/v1/stories")).json()) as { items: Story[] };
  const step = items.find(({ name }) => name === "tour")?.steps[1];
  test.skip(!step, "nothing is explained yet");
  await page.goto(step?.href as string);
  const bar = page.getByRole("region", { name: "Tour" });
  await expect(bar).toContainText("2 of 3");
  await page
    .getByRole("link", { name: /next feature|→/i })
    .first()
    .click();
  await expect(page).toHaveURL(/story=tour\.2/);
  await bar.getByRole("link", { name: "To this step" }).click();
  await expect(page).toHaveURL(step?.href as string);
  await page.goBack();
  await expect(bar).toContainText("2 of 3");
  await bar.getByRole("button", { name: "End" }).click();
  await expect(bar).toBeHidden();
  await expect(page).not.toHaveURL(/story=/);
});
