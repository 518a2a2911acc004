import { expect, test } from "@playwright/test";
import { findFeature, findSae } from "./pages";

interface Scored {
  explanations: { isLabel: boolean; scores: Record<string, { id: string; value: number; control: number | null }> }[];
}

test("a score shows its control and chance, and opens the items behind it", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  const feature = (await (await page.request.get(`/api/v1/features/${ref}`)).json()) as Scored;
  const { detection } = feature.explanations.find((e) => e.isLabel)!.scores;
  await page.goto(`/${ref}`);
  const row = page.getByRole("button", { name: /^detect .*: open the items behind it/ }).first();
  await expect(row).toContainText("chance .50");
  if (detection!.control !== null) await expect(row).toContainText("another feature’s explanation");
  await row.click();
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByText(/^\d+ of \d+.* right/)).toBeVisible();
  await expect(drawer.getByText("fires", { exact: false }).first()).toBeVisible();
  await expect(drawer.getByText(/silent|near miss/).first()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(drawer).toBeHidden();
});

test("a feature of texts shows what each token did and what its words foretold", async ({ page }) => {
  const sae = await findSae(page);
  const query = "sort=-density&status=explained&modality=text&limit=50";
  const { items } = (await (await page.request.get(`/api/v1/features/${sae}?${query}`)).json()) as {
    items: { ref: string }[];
  };
  for (const { ref } of items) {
    const feature = (await (await page.request.get(`/api/v1/features/${ref}`)).json()) as Scored;
    if (!feature.explanations.some((e) => e.scores.simulation)) continue;
    await page.goto(`/${ref}`);
    await page.getByRole("button", { name: /^simulate .*: open the items behind it/ }).click();
    const drawer = page.getByRole("dialog");
    await expect(drawer.getByText("foretold").first()).toBeVisible();
    await expect(drawer.locator("mark").first()).toBeVisible();
    return;
  }
  throw new Error("No text feature has a simulation score: the set-up of the browser tests has to score some.");
});
