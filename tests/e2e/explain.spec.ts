import { expect, type Page, test } from "@playwright/test";
import { FeaturePage, findFeature, findSae, ListPage } from "./pages";

interface Said {
  explanations: { id: string; explainer: string; text: string | null; isLabel: boolean }[];
}
interface Offer {
  offered: { explainer: string; waiting: number }[];
}

const feature = async (page: Page, ref: string): Promise<Said> =>
  (await page.request.get(`/api/v1/features/${ref}`)).json();

/** Starts a run as the page does and waits for its end. */
async function run(page: Page, kind: string, params: object): Promise<void> {
  const { id } = await (await page.request.post("/api/v1/runs", { data: { kind, params } })).json();
  await expect
    .poll(async () => (await (await page.request.get(`/api/v1/runs/${id}`)).json()).state, { timeout: 80_000 })
    .toBe("done");
}

/** The tools of a feature come with the first look at them. */
const tools = async (page: Page) => {
  const panel = page.locator("section", { has: page.getByRole("heading", { name: /^Explanation/ }) });
  await panel.evaluate((element) => element.scrollIntoView({ block: "end" }));
  await page.getByRole("button", { name: "Score all" }).scrollIntoViewIfNeeded();
};

test("an SAE's page says what explaining would cost, starts it, and shows what came of it", async ({ page }) => {
  const sae = await findSae(page);
  await page.goto(`/${sae}`);
  await page.locator("summary", { hasText: "Explanations" }).click();
  const panel = page.locator("section", { has: page.getByRole("heading", { name: "Explain", exact: true }) });
  const estimate = panel.locator("p[aria-live]");
  await panel.getByLabel("explainer").selectOption("self");
  await panel.getByLabel("features at most").selectOption("100");
  await expect(estimate).toContainText(/^100 features: about [\d,]+ calls, [\d,]+ tokens/);
  const few = await estimate.textContent();
  await panel.getByLabel("features at most").selectOption("500");
  await expect(estimate).not.toHaveText(few as string);
  await panel.getByLabel("spend at most").fill("40");
  await panel.getByLabel("counted in").selectOption("calls");
  await expect(estimate).toContainText(/^\d+ features, by then it is spent: about (3\d|40) calls/);
  await panel.getByLabel("spend at most").fill("1");
  await expect(estimate).toHaveText("That is less than one feature takes.");
  await expect(panel.getByRole("button", { name: "Explain" })).toBeDisabled();
  await panel.getByLabel("spend at most").fill("");
  await panel.getByLabel("explainer").selectOption("captions");
  await expect(panel.getByLabel("features at most")).toBeHidden();
  const { offered } = (await (await page.request.get(`/api/v1/saes/${sae}/explainers`)).json()) as Offer;
  if (offered.find((o) => o.explainer === "captions")?.waiting === 0) {
    await expect(estimate).toHaveText("It has looked at every live feature.");
    await expect(panel.getByRole("button", { name: "Explain" })).toBeDisabled();
  } else {
    await expect(estimate).toContainText(/about 0 calls/);
    await panel.getByRole("button", { name: "Explain" }).click();
    await expect(panel.getByRole("status")).toContainText(/captions: [\d,]+ of [\d,]+ explained, 0 calls/, {
      timeout: 80_000,
    });
  }
  await expect(
    page
      .getByRole("group", { name: "Explainers" })
      .getByRole("row", { name: /^captions/ })
      .first(),
  ).toBeVisible();
});

test("an SAE's page scores explanations by chosen scorers, and shows how the scores spread beside their controls", async ({
  page,
}) => {
  const sae = await findSae(page);
  await page.goto(`/${sae}`);
  await page.locator("summary", { hasText: "Explanations" }).click();
  const panel = page.locator("section", { has: page.getByRole("heading", { name: "Score", exact: true }) });
  for (const scorer of ["detect", "simulate"]) await panel.getByLabel(scorer).uncheck();
  await panel.getByLabel("localise").uncheck();
  await expect(panel.getByRole("button", { name: "Score" })).toBeDisabled();
  await panel.getByLabel("localise").check();
  await panel.getByLabel("explanations").selectOption("all");
  await panel.getByRole("button", { name: "Score" }).click();
  await expect(panel.getByRole("status")).toHaveText(/^Scored: localise \d+ \(\.\d+, control \.\d+\)\.$/, {
    timeout: 50_000,
  });
  const row = page
    .getByRole("group", { name: "Explainers" })
    .getByRole("row", { name: /^captions/ })
    .first();
  await expect(row.locator("svg").first()).toBeVisible();
});

test("a feature is explained again and scored on its page, and its explainers stand side by side", async ({ page }) => {
  test.setTimeout(180_000);
  const { ref } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  await tools(page);
  await page.getByLabel("Explainer", { exact: true }).selectOption("self");
  await page.getByRole("button", { name: "Explain again" }).click();
  await expect(page.getByText(/^Ended. By the model itself: /)).toBeVisible({ timeout: 80_000 });
  const { explanations } = await feature(page, ref);
  const own = explanations.find((e) => e.explainer === "self");
  expect(own).toBeDefined();
  await page.getByRole("button", { name: "Score all" }).click();
  await expect(page.getByText(/^Scored: detect \d/)).toBeVisible({ timeout: 80_000 });

  const n = (await feature(page, ref)).explanations.length;
  if (n === 1) return;
  await page.getByRole("link", { name: "Side by side" }).click();
  await expect(page).toHaveURL(/beside=1/);
  const panel = page.locator("#explanations");
  await expect(panel.getByRole("heading", { level: 2 })).toHaveText(`Explanations side by side (${n})`);
  await expect(panel.getByRole("heading", { level: 3 })).toHaveCount(n);
  await expect(panel.getByText(/^label(, pinned)?$/)).toHaveCount(1);
  // What it saw, with its answers.
  await panel.getByRole("button", { name: "what it saw" }).first().click();
  const saw = panel.getByRole("region", { name: "What it saw" });
  await expect(saw.getByText(/^\d+ (image|text)/)).toBeVisible();
  // The items behind a score can be recounted.
  await panel
    .getByRole("button", { name: /^detect .*: open the items behind it/ })
    .first()
    .click();
  const drawer = page.getByRole("dialog");
  await expect(drawer.getByText(/^\d+ of \d+.* right/)).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("b");
  await expect(page).not.toHaveURL(/beside/);
});

test("words of one's own are written, edited and deleted where they stand", async ({ page }) => {
  const { ref, label } = await findFeature(page, await findSae(page));
  await page.goto(`/${ref}`);
  await tools(page);
  await page.getByRole("button", { name: "Write an explanation" }).click();
  await page.getByLabel("What the feature means").fill("salty snack");
  await page.keyboard.press("Enter");
  const shown = new FeaturePage(page);
  await expect(shown.title).toHaveText("salty snack");
  await page.getByRole("heading", { name: /^Explanation/ }).scrollIntoViewIfNeeded();
  await page.getByRole("button", { name: "edit", exact: true }).click();
  await page.getByLabel("What the feature means").fill("crisps");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(shown.title).toHaveText("crisps");
  await expect(page.getByRole("button", { name: "score it" })).toBeVisible();
  await page.getByRole("button", { name: "delete", exact: true }).click();
  await expect(shown.title).toHaveText(label);
});

test("what explainers disagree about is a list that shows their words, and a pin takes a feature out of it", async ({
  page,
}) => {
  const sae = await findSae(page);
  const query = "sort=-disagreement&disagreement=.01..&said=1";
  const queue = async () =>
    (await (await page.request.get(`/api/v1/features/${sae}?${query}`)).json()) as {
      total: number;
      items: { ref: string; said: { explainer: string; text: string }[] }[];
    };
  if ((await queue()).total === 0) {
    const { items } = await (await page.request.get(`/api/v1/features/${sae}?sort=-density&status=explained`)).json();
    const features = (items as { index: number }[]).slice(0, 20).map((row) => row.index);
    await run(page, "explain", { saeId: sae, explainer: "paper", features });
  }
  const { items, total } = await queue();
  const [first, second] = items;
  test.skip(!first, "The explainers agree about every feature.");
  const list = new ListPage(page);
  await list.open(`${sae}?sort=-disagreement&disagreement=.01..`);
  for (const { text } of first!.said.slice(0, 2)) await expect(list.cards.first()).toContainText(text);
  await list.cards.first().click();
  await expect(page).toHaveURL(/sort=-disagreement/);
  const panel = page.locator("#explanations");
  await expect(panel.getByRole("heading", { level: 3 })).toHaveCount(
    (await feature(page, first!.ref)).explanations.length,
  );
  await panel.getByRole("button", { name: "label · pin" }).click();
  await expect(panel.getByText("label, pinned")).toBeVisible();
  expect((await queue()).total).toBe(total - 1);
  if (second) await expect(page.getByRole("link", { name: /^(Next|Previous) feature$/ }).first()).toBeVisible();
  await panel.getByRole("button", { name: "pinned as label" }).click();
  await expect(panel.getByRole("button", { name: "label · pin" })).toBeVisible();
});

test("labels are shown in the reader's language where there is one, before the first paint", async ({ page }) => {
  await page.goto("/settings");
  const group = page.getByRole("radiogroup", { name: "Language of labels" });
  await group.getByRole("radio", { name: "中文" }).click();
  const { ref, label } = await findFeature(page, await findSae(page));
  // Nothing of the demo is translated: the answer is given a translation on its way.
  await page.route(`**/${ref}`, async (route) => {
    const html = await (await route.fetch()).text();
    const h1 = `><span lang="zh" class="label-translated">薯条</span><span lang="en" class="label-english label-below">${label}</span></h1>`;
    await route.fulfill({
      body: html.replace(`>${label}</h1>`, h1).replace(/<script\b[^>]*src=[^>]*><\/script>/g, ""),
      contentType: "text/html",
    });
  });
  await page.goto(`/${ref}`);
  await expect(page.getByText("薯条")).toBeVisible();
  await page.unroute(`**/${ref}`);
  await page.goto(`/${ref}`);
  await expect(new FeaturePage(page).title).toHaveText(label);
  await page.goto("/settings");
  await group.getByRole("radio", { name: "English" }).click();
});
