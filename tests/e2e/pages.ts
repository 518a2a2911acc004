import { expect, type Locator, type Page } from "@playwright/test";

/**
 * Presses a key until `check` holds. A page that is shown before its scripts run loses keys, as a reader who presses too
 * early would see; what is tested is that the key works, so `check` must be short and the key safe to press again.
 */
export async function pressUntil(page: Page, key: string, check: () => Promise<void>): Promise<void> {
  await expect(async () => {
    await page.keyboard.press(key);
    await check();
  }).toPass({ timeout: 20_000 });
}

/** What a reader does on a feature's page, by the names that a screen reader says. */
export class FeaturePage {
  constructor(readonly page: Page) {}

  get title(): Locator {
    return this.page.getByRole("heading", { level: 1 });
  }

  get pictures(): Locator {
    return this.page.getByRole("list", { name: "Images" }).getByRole("img");
  }

  async chooseOverlay(name: "Spot" | "Line" | "Heat" | "Crop" | "Off"): Promise<void> {
    await this.page.getByRole("radiogroup", { name: "Overlay" }).getByRole("radio", { name }).click();
  }

  /** Chooses the first band below the top that has samples and answers its name in the address. */
  async chooseLowerBand(): Promise<string> {
    const stops = this.page.getByRole("radiogroup", { name: "Band of strength" }).getByRole("radio");
    const n = await stops.count();
    for (let i = 1; i < n - 1; i++) {
      if (await stops.nth(i).isDisabled()) continue;
      await stops.nth(i).click();
      await expect(stops.nth(i)).toHaveAttribute("aria-checked", "true");
      return `b${6 - i}`;
    }
    throw new Error("No band below the top has samples.");
  }

  /** The overlay drawn on the first picture, as the page marks it. */
  async overlayDrawn(): Promise<string | null> {
    return this.page.locator("[data-overlay]").first().getAttribute("data-overlay");
  }
}

/** The list of features of an SAE. */
export class ListPage {
  constructor(readonly page: Page) {}

  get cards(): Locator {
    return this.page.getByRole("list", { name: "Features" }).getByRole("link");
  }

  async open(ref: string): Promise<void> {
    await this.page.goto(`/${ref}`);
    await expect(this.cards.first()).toBeVisible();
  }

  async sortBy(value: string): Promise<void> {
    await this.page.getByLabel("sort").selectOption(value);
    await expect(this.page).toHaveURL(new RegExp(`sort=${value}`));
  }
}

/** The address of an SAE with features: E2E_SAE (`model/sae` or a slug of the built-in model), or the richest one. */
export async function findSae(page: Page): Promise<string> {
  const answer = await page.request.get("/api/v1/saes");
  const { items } = (await answer.json()) as {
    items: { ref: string; slug: string; nLive: number; evidence: string | null }[];
  };
  const wanted = process.env.E2E_SAE;
  const found = wanted
    ? items.find((s) => s.ref === wanted || s.slug === wanted)
    : items.filter((s) => s.evidence).sort((a, b) => b.nLive - a.nLive)[0];
  if (!found) throw new Error("There is no SAE with evidence: the set-up of the browser tests has to make one.");
  return found.ref;
}

/** A live feature with images whose label is known, best detection first. */
export async function findFeature(page: Page, ref: string): Promise<{ ref: string; label: string }> {
  const query = "sort=-detection&status=explained&modality=image&limit=1";
  const { items } = (await (await page.request.get(`/api/v1/features/${ref}?${query}`)).json()) as {
    items: { ref: string; label: string }[];
  };
  const first = items[0];
  if (!first) throw new Error("No feature is explained: the set-up of the browser tests has to explain some.");
  return first;
}
