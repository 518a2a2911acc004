import { expect, test } from "@playwright/test";

test("a run is followed to its end", async ({ page }) => {
  // A small ingest of fresh scenes: the shortest run that does real work.
  const answer = await page.request.post("/api/v1/runs", {
    data: {
      kind: "ingest",
      params: { dataset: "e2e-scenes", source: { kind: "world", split: "test", from: 50_000, images: 24, texts: 4 } },
      seed: 1,
    },
  });
  expect(answer.status(), await answer.text()).toBe(202);
  const { id } = (await answer.json()) as { id: string };
  await page.goto(`/run/${id}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const run = page.getByRole("region", { name: "Progress" }).getByRole("article");
  await expect(run).toHaveAttribute("aria-label", /: done$/, { timeout: 45_000 });
  await expect(page.getByRole("link", { name: "Result as JSON" })).toBeVisible();
  await page.goto("/runs");
  await expect(page.locator(`a[href="/run/${id}"]`)).toBeVisible();
});

test("a run is cancelled where its progress is shown, and can be taken up again", async ({ page }) => {
  const answer = await page.request.post("/api/v1/runs", {
    data: {
      kind: "ingest",
      params: { dataset: "e2e-many", source: { kind: "world", split: "test", from: 60_000, images: 20_000, texts: 0 } },
      seed: 2,
    },
  });
  const { id } = (await answer.json()) as { id: string };
  await page.goto(`/run/${id}`);
  const run = page.getByRole("region", { name: "Progress" }).getByRole("article");
  await run.getByRole("button", { name: "Cancel" }).click();
  await expect(run).toHaveAttribute("aria-label", /: cancelled$/, { timeout: 30_000 });
  await expect(run.getByRole("button", { name: "Retry" })).toBeVisible();
});
