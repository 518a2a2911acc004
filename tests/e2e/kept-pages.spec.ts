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

test("the next feature's first pictures are there before its key is pressed", async ({ page }) => {
  const sae = await findSae(page);
  const answer = await page.request.get(
    `/api/v1/features/${sae}?sort=-detection&status=explained&modality=image&limit=2`,
  );
  const { items } = (await answer.json()) as { items: { ref: string }[] };
  const next = (await (await page.request.get(`/api/v1/features/${items[1]?.ref}`)).json()) as {
    exemplars: { items: { image: { sha: string } | null }[] };
  };
  const first = next.exemplars.items.slice(0, 4).map(({ image }) => `/i/${image?.sha}/256.webp`);
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`/${items[0]?.ref}?sort=-detection&status=explained&modality=image`);
  for (const path of first) await expect.poll(() => asked).toContain(path);
  const before = asked.length;
  await page.keyboard.press("j");
  const pictures = page.getByRole("list", { name: "Images" }).getByRole("img");
  for (const path of first) await expect(pictures.and(page.locator(`[src="${path}"]`))).toBeVisible();
  for (const path of first) expect(asked.slice(before)).not.toContain(path);
});
