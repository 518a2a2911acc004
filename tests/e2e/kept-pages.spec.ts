import { expect, test } from "@playwright/test";
import { findFeature, findSae } from "./pages";

test("a feature's page is sent again as it was, and anew once the feature has changed", async ({ page }) => {
  const { ref } = await findFeature(page, await findSae(page));
  const get = (headers: Record<string, string> = {}) => page.request.get(`/${ref}`, { headers });
  let etag = "";
  // Each of the server's processes keeps its own.
  await expect
    .poll(async () => {
      etag = (await get()).headers().etag ?? "";
      return etag;
    })
    .toMatch(/^W\/"/);
  await expect.poll(async () => (await get({ "if-none-match": etag })).status()).toBe(304);

  const text = `seen by a test ${Date.now()}`;
  const written = await page.request.post(`/api/v1/features/${ref}/explanations`, { data: { text } });
  expect(written.ok(), await written.text()).toBe(true);
  try {
    for (let i = 0; i < 8; i++) await expect.poll(async () => (await get()).text()).toContain(text);
    expect((await get({ "if-none-match": etag })).status()).toBe(200);
  } finally {
    const { id } = (await written.json()) as { id: string };
    await page.request.delete(`/api/v1/explanations/${id}`);
  }
});
